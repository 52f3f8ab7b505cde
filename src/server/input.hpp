// SPDX-License-Identifier: MIT
/// \file
/// Input: the unconsumed received bytes of one connection. While a connection is being served they
/// lie in the loop's shared read buffer; only what is left over when the loop goes on to another
/// connection is copied and owned.
#pragma once

#include <pottle/async/stream.hpp>

#include <span>
#include <string>
#include <string_view>

namespace pottle::server {

/// Unconsumed input. Invariant: after keep(), nothing points into the shared buffer.
class Input {
public:
    std::string_view view() const noexcept { return view_; }
    bool empty() const noexcept { return view_.empty(); }
    void consume(std::size_t count) noexcept { view_.remove_prefix(count); }
    void clear() noexcept { view_ = {}; }
    /// Takes bytes that were read elsewhere. Precondition: empty().
    void put(std::string_view bytes) {
        saved_ = bytes;
        view_ = saved_;
    }

    /// Reads once from a Stream or a Duplex, behind what is there. Views handed out before are
    /// invalid afterwards.
    template <class Source>
    async::IoResult fill(Source& stream, std::span<char> shared) {
        if (view_.empty()) {
            const async::IoResult result = stream.read(shared);
            if (result.kind == async::IoResult::Kind::Done) view_ = {shared.data(), result.count};
            return result;
        }
        keep();
        const async::IoResult result = stream.read(shared);
        if (result.kind == async::IoResult::Kind::Done) {
            saved_.erase(0, saved_.size() - view_.size());
            saved_.append(shared.data(), result.count);
            view_ = saved_;
        }
        return result;
    }

    /// Makes the bytes independent of the shared buffer; gives memory back when there are none.
    void keep() {
        if (view_.empty()) {
            view_ = {};
            if (saved_.capacity() > kKeptCapacity) saved_ = std::string();
        } else if (!is_saved()) {
            saved_.assign(view_);
            view_ = saved_;
        }
    }

private:
    static constexpr std::size_t kKeptCapacity = 15;  // what a std::string holds without the heap

    bool is_saved() const noexcept {
        return view_.data() >= saved_.data() &&
               view_.data() + view_.size() <= saved_.data() + saved_.size();
    }

    std::string saved_;
    std::string_view view_;  // into saved_ or into the shared buffer
};

}  // namespace pottle::server
