// SPDX-License-Identifier: MIT
/// \file
/// Output: growing, and values that are no texts.
#include "output.hpp"

#include <charconv>

namespace pottle::templating {

namespace {
constexpr std::size_t kFirstRoom = 256;
}

void Output::extend(std::size_t size) {
    const std::size_t written = this->size();
    // The bytes behind what is written are never read: they need no value.
    text_.resize_and_overwrite(size, [](char*, std::size_t whole) { return whole; });
    next_ = text_.data() + written;
}

void Output::grow(std::size_t more) {
    extend(std::max({size() + more, 2 * text_.size(), kFirstRoom}));
}

std::string Output::take() {
    text_.resize(size());
    std::string taken = std::exchange(text_, {});
    next_ = text_.data();
    return taken;
}

void Output::append_other(const Value& value, bool escape) {
    if (value.is(Kind::Int)) {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, value.as_int()).ptr;
        append(std::string_view(digits, static_cast<std::size_t>(end - digits)));
        return;
    }
    struct End {
        Output& output;
        ~End() { output.next_ = output.text_.data() + output.text_.size(); }
    };
    text_.resize(size());
    const End end{*this};
    if (escape) {
        templating::append_escaped(text_, value);
    } else {
        templating::append_text(text_, value);
    }
}

}  // namespace pottle::templating
