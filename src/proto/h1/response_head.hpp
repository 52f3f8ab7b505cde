// SPDX-License-Identifier: MIT
/// \file
/// The text of a response head. What of it follows from the state of the connection is decided in
/// writer.cpp; here it is put together, in one piece of memory reserved beforehand.
#pragma once

#include <pottle/proto/h1/writer.hpp>

#include <cstring>

namespace pottle::h1 {

/// What an application's fields say that the writer must know. One walk over them.
struct FieldSummary {
    explicit FieldSummary(const Headers* fields) noexcept : headers(fields) {
        if (headers != nullptr && !headers->empty()) note(*headers);
    }

    const Headers* headers;  ///< may be null
    std::size_t bytes = 0;   ///< of all fields as lines
    std::uint32_t content_lengths = 0;
    std::string_view content_length;  ///< of the last such field
    bool has_content_type = false;
    bool replaces_preset = false;  ///< Date, Server or Alt-Svc
    bool has_upgrade = false;
    bool wants_close = false;  ///< Connection: close

private:
    void note(const Headers& fields) noexcept;
};

/// What a head says of the connection and of its content.
struct HeadPlan {
    int status = 200;
    std::string_view content_type;  ///< empty: none
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool close = false;
    bool keep_alive = false;
};

/// Appends the head, the empty line behind it, and `content`.
void append_head(std::string& out, const HeadPlan& plan, const FieldSummary& fields,
                 std::string_view preset, std::string_view content);

/// Appends at most `bound` bytes: `write(char*)` returns the end of what it wrote.
template <class Write>
inline void append_bounded(std::string& out, std::size_t bound, Write write) {
    const std::size_t old_size = out.size();
    out.resize_and_overwrite(old_size + bound, [&](char* data, std::size_t) noexcept {
        return static_cast<std::size_t>(write(data + old_size) - data);
    });
}

inline char* put(char* at, std::string_view text) noexcept {
    // memcpy may not be given the null pointer of an empty view.
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

/// `name: value` CR LF
inline char* put_field(char* at, std::string_view name, std::string_view value) noexcept {
    at = put(at, name);
    at = put(at, ": ");
    at = put(at, value);
    return put(at, "\r\n");
}

}  // namespace pottle::h1
