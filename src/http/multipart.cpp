// SPDX-License-Identifier: MIT
#include <pottle/http/media_type.hpp>
#include <pottle/http/multipart.hpp>
#include <pottle/http/token.hpp>

#include <algorithm>
#include <cstring>

namespace pottle::http {

namespace {

constexpr std::size_t kLongestBoundary = 70;  // RFC 2046 5.1.1
/// White space between a boundary and the end of its line (RFC 2046 5.1.1, transport-padding).
constexpr std::size_t kLongestPadding = 256;

std::size_t find(std::string_view text, std::string_view wanted, std::size_t from) noexcept {
    // memmem is several times faster than string_view::find on long content.
    if (from > text.size()) return text.npos;
    const void* found =
        ::memmem(text.data() + from, text.size() - from, wanted.data(), wanted.size());
    return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data())
                 : text.npos;
}

/// Size of the fields with the empty line that ends them; npos when it has not come yet.
std::size_t head_size(std::string_view input) noexcept {
    if (input.starts_with('\n')) return 1;
    if (input.starts_with("\r\n")) return 2;
    for (std::size_t at = input.find('\n'); at != input.npos; at = input.find('\n', at + 1)) {
        const std::string_view rest = input.substr(at + 1);
        if (rest.starts_with('\n')) return at + 2;
        if (rest.starts_with("\r\n")) return at + 3;
    }
    return input.npos;
}

Error malformed() {
    return Error::peer(Errc::Malformed, 400, "The multipart body is malformed.");
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
    const auto type = parse_media_type(content_type);
    if (!type || type->type != "multipart") return std::nullopt;
    const auto boundary = type->parameter("boundary");
    if (!boundary || boundary->empty() || boundary->size() > kLongestBoundary) return std::nullopt;
    const bool plain = std::ranges::all_of(*boundary, [](char c) { return c >= 0x20 && c < 0x7f; });
    if (!plain || boundary->ends_with(' ')) return std::nullopt;
    return std::string(*boundary);
}

MultipartReader::MultipartReader(std::string_view boundary, const MultipartLimits& limits)
    : limits_(limits), delimiter_("\n--") {
    delimiter_ += boundary;
}

MultipartReader::Event MultipartReader::next(std::string_view& input) {
    switch (state_) {
        case State::Preamble:
            return read_preamble(input);
        case State::Head:
            return read_head(input);
        case State::Body:
            return read_body(input);
        case State::Over:
            input = {};
            return {.kind = Event::Kind::End};
        case State::Failed:
            break;
    }
    return {.kind = Event::Kind::Error, .error = error_};
}

Result<> MultipartReader::finish() const {
    if (state_ == State::Over) return {};
    return fail(state_ == State::Failed ? error_ : malformed());
}

MultipartReader::Event MultipartReader::fail_with(Error error) noexcept {
    state_ = State::Failed;
    error_ = error;
    return {.kind = Event::Kind::Error, .error = error_};
}

/// What stands behind "--boundary", `rest`, decides whether that is a delimiter; `size`: how much
/// of `rest` belongs to it.
MultipartReader::Delimiter MultipartReader::look_behind_boundary(std::string_view rest,
                                                                 std::size_t& size) const noexcept {
    if (rest.starts_with("--")) {
        size = 2;
        return Delimiter::Closing;
    }
    if (rest == "-") return Delimiter::Incomplete;
    const std::size_t padding = std::min(rest.find_first_not_of(" \t"), rest.size());
    if (padding > kLongestPadding) return Delimiter::None;
    rest.remove_prefix(padding);
    if (rest.empty() || rest == "\r") return Delimiter::Incomplete;
    if (!rest.starts_with('\n') && !rest.starts_with("\r\n")) return Delimiter::None;
    size = padding + (rest[0] == '\n' ? 1 : 2);
    return Delimiter::Part;
}

/// How much of the end of `input` may be the beginning of a delimiter.
std::size_t MultipartReader::held_back(std::string_view input) const noexcept {
    const std::size_t window = std::min(input.size(), delimiter_.size() - 1);
    const std::string_view tail = input.substr(input.size() - window);
    std::size_t held = 0;
    // A boundary holds no line end, so only the last one can begin a delimiter.
    if (const std::size_t at = tail.rfind('\n'); at != tail.npos)
        if (delimiter_.starts_with(tail.substr(at))) held = tail.size() - at;
    if (held < input.size() && input[input.size() - held - 1] == '\r') ++held;
    return held;
}

MultipartReader::Event MultipartReader::read_preamble(std::string_view& input) {
    // The first delimiter needs no line end in front of it.
    const std::string_view boundary = std::string_view(delimiter_).substr(1);
    if (at_start_ && input.size() < boundary.size() && boundary.starts_with(input)) return {};
    std::size_t from = 0;
    bool first = at_start_ && input.starts_with(boundary);
    while (true) {
        const std::size_t at = first ? 0 : find(input, delimiter_, from);
        if (at == input.npos) {
            input.remove_prefix(input.size() - held_back(input));
            at_start_ = false;
            return {};
        }
        const std::size_t behind = at + (first ? boundary.size() : delimiter_.size());
        std::size_t size = 0;
        switch (look_behind_boundary(input.substr(behind), size)) {
            case Delimiter::Part:
                input.remove_prefix(behind + size);
                state_ = State::Head;
                return read_head(input);
            case Delimiter::Closing:  // no parts at all
                input.remove_prefix(behind + size);
                state_ = State::Over;
                return {.kind = Event::Kind::End};
            case Delimiter::Incomplete:
                input.remove_prefix(at);
                at_start_ = first;
                return {};
            case Delimiter::None:
                break;
        }
        first = false;
        from = behind;
    }
}

MultipartReader::Event MultipartReader::read_head(std::string_view& input) {
    constexpr std::size_t kEnd = 4;  // of the last field's line, and the empty line
    const std::size_t size = head_size(input.substr(0, limits_.part_head + kEnd));
    if (size == input.npos) {
        if (input.size() < limits_.part_head + kEnd) return {};
        return fail_with(
            Error::peer(Errc::TooLarge, 413, "The fields of a part are larger than allowed."));
    }
    if (++parts_ > limits_.parts)
        return fail_with(Error::peer(Errc::TooLarge, 413, "The form has more parts than allowed."));
    head_.assign(input.substr(0, size));
    input.remove_prefix(size);
    if (!parse_fields()) return fail_with(malformed());
    state_ = State::Body;
    at_start_ = true;  // an empty part: the line end of the head may be the delimiter's as well
    return {.kind = Event::Kind::Part};
}

bool MultipartReader::parse_fields() {
    fields_.clear();
    // A line that begins with white space goes on with the one before (RFC 822 3.1.1).
    for (std::size_t at = 0; at + 1 < head_.size(); ++at) {
        if (head_[at] != '\n' || (head_[at + 1] != ' ' && head_[at + 1] != '\t')) continue;
        head_[at] = ' ';
        if (at > 0 && head_[at - 1] == '\r') head_[at - 1] = ' ';
    }
    std::size_t begin = 0;
    while (begin < head_.size()) {
        const std::size_t end = head_.find('\n', begin);
        std::string_view line(head_.data() + begin, end - begin);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) {
            const std::size_t colon = line.find(':');
            if (colon == line.npos || !is_token(line.substr(0, colon))) return false;
            if (line.find_first_of(std::string_view("\r\0", 2)) != line.npos) return false;
            for (std::size_t i = begin; i < begin + colon; ++i)
                head_[i] = ascii::to_lower(head_[i]);
            fields_.push_back({line.substr(0, colon), ascii::trim(line.substr(colon + 1))});
        }
        begin = end + 1;
    }
    return true;
}

MultipartReader::Event MultipartReader::read_body(std::string_view& input) {
    const std::string_view boundary = std::string_view(delimiter_).substr(1);
    if (at_start_ && input.size() < boundary.size() && boundary.starts_with(input)) return {};
    bool first = at_start_ && input.starts_with(boundary);
    std::size_t from = 0;
    while (true) {
        const std::size_t at = first ? 0 : find(input, delimiter_, from);
        if (at == input.npos) {
            const std::string_view data = input.substr(0, input.size() - held_back(input));
            if (data.empty()) return {};
            at_start_ = false;
            input.remove_prefix(data.size());
            return {.kind = Event::Kind::Data, .data = data};
        }
        const std::size_t behind = at + (first ? boundary.size() : delimiter_.size());
        std::size_t size = 0;
        const Delimiter kind = look_behind_boundary(input.substr(behind), size);
        if (kind == Delimiter::None) {
            first = false;
            from = behind;
            continue;
        }
        const std::size_t end = at > 0 && input[at - 1] == '\r' ? at - 1 : at;
        if (end > 0) {  // the content first, the delimiter by the next call
            const std::string_view data = input.substr(0, end);
            at_start_ = false;
            input.remove_prefix(end);
            return {.kind = Event::Kind::Data, .data = data};
        }
        if (kind == Delimiter::Incomplete) return {};
        input.remove_prefix(behind + size);
        state_ = kind == Delimiter::Part ? State::Head : State::Over;
        return {.kind = Event::Kind::PartEnd};
    }
}

}  // namespace pottle::http
