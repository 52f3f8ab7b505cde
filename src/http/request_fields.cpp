// SPDX-License-Identifier: MIT
#include <pottle/http/authority.hpp>
#include <pottle/http/request_fields.hpp>
#include <pottle/http/token.hpp>

#include <array>
#include <limits>

namespace pottle::http {

namespace {

constexpr Error malformed(std::string_view text) {
    return Error::peer(Errc::BadField, 400, text);
}

constexpr Error kEmptyName = malformed("field without a name");
constexpr Error kName = malformed("field name is not a token in lower case");
constexpr Error kValue = malformed("control byte in a field value");
constexpr Error kValueSpace = malformed("space at the beginning or the end of a field value");
constexpr Error kPseudoLate = malformed("pseudo-field behind a regular field");
constexpr Error kPseudoUnknown = malformed("pseudo-field that a request does not have");
constexpr Error kPseudoRepeated = malformed("pseudo-field repeated or empty");
constexpr Error kPseudoMissing = malformed("a request needs :method, :scheme and :path");
constexpr Error kConnectFields = malformed("CONNECT has an :authority, and no :scheme and :path");
constexpr Error kProtocol = malformed(":protocol without CONNECT, or not offered");
constexpr Error kConnectionField = malformed("field that belongs to an HTTP/1.1 connection");
constexpr Error kTe = malformed("TE can only say trailers");
constexpr Error kMethod = malformed("malformed :method");
constexpr Error kScheme = malformed("malformed :scheme");
constexpr Error kPath = malformed("malformed :path");
constexpr Error kAuthority = malformed("malformed :authority or Host");
constexpr Error kAuthorityMissing = malformed("neither :authority nor Host");
constexpr Error kHostDiffers = malformed("Host repeated, or different from :authority");
constexpr Error kContentLength = malformed("malformed or repeated Content-Length");
constexpr Error kTrailer = malformed("field not allowed in a trailer section");
constexpr Error kTooLarge = Error::peer(Errc::HeadTooLarge, 431, "request header fields too large");
constexpr Error kTooMany = Error::peer(Errc::TooManyFields, 431, "too many request header fields");
constexpr Error kPathTooLong = Error::peer(Errc::TargetTooLong, 414, "request target too long");
constexpr Error kExpectation =
    Error::peer(Errc::BadExpectation, 417, "only 100-continue can be expected");

constexpr std::uint32_t kFieldOverhead = 32;  // RFC 9113 6.5.2

/// What a byte may be part of; one lookup decides.
enum : std::uint8_t { kInName = 1, kInValue = 2, kInTarget = 4 };

constexpr std::array<std::uint8_t, 256> kBytes = [] {
    std::array<std::uint8_t, 256> table{};
    for (unsigned i = 0; i < 256; ++i) {
        const char c = static_cast<char>(i);
        std::uint8_t& is = table[i];
        if (is_token_byte(c) && !(c >= 'A' && c <= 'Z')) is |= kInName;
        if ((i >= 0x20 && i != 0x7f) || c == '\t') is |= kInValue;
        if (i > 0x20 && i < 0x7f && c != '#') is |= kInTarget;
    }
    return table;
}();

bool all_are(std::string_view text, std::uint8_t part) noexcept {
    std::uint8_t common = part;
    for (const char c : text) common &= kBytes[static_cast<unsigned char>(c)];
    return common != 0;
}

const Error* check_value(std::string_view value) noexcept {
    if (!all_are(value, kInValue)) return &kValue;  // RFC 9113 8.2.1
    if (value.empty()) return nullptr;
    const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
    return is_space(value.front()) || is_space(value.back()) ? &kValueSpace : nullptr;
}

const Error* check_name(std::string_view name) noexcept {
    if (name.empty()) return &kEmptyName;
    return all_are(name, kInName) ? nullptr : &kName;
}

/// 1*DIGIT up to 2^63 - 1.
std::optional<std::uint64_t> parse_length(std::string_view text) noexcept {
    constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
    std::uint64_t value = 0;
    for (const char c : text) {
        if (!ascii::is_digit(c)) return std::nullopt;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (value > (kMax - digit) / 10) return std::nullopt;
        value = value * 10 + digit;
    }
    if (text.empty()) return std::nullopt;
    return value;
}

/// scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) (RFC 3986 3.1)
bool is_scheme(std::string_view text) noexcept {
    if (text.empty() || !ascii::is_alpha(text.front())) return false;
    for (const char c : text)
        if (!ascii::is_alnum(c) && c != '+' && c != '-' && c != '.') return false;
    return true;
}

}  // namespace

void RequestFields::begin(const Limits& limits) noexcept {
    limits_ = limits;
    error_ = nullptr;
    fields_.resize(1);
    cookie_.clear();
    list_size_ = 0;
    cookies_ = hosts_ = 0;
    regular_seen_ = expects_continue_ = false;
    method_ = scheme_ = authority_ = path_ = protocol_ = host_ = priority_ = {};
    content_length_.reset();
}

void RequestFields::add(std::string_view name, std::string_view value) {
    list_size_ += name.size() + value.size() + kFieldOverhead;
    if (error_ == nullptr) error_ = check(name, value);
}

const Error* RequestFields::check(std::string_view name, std::string_view value) {
    if (list_size_ > limits_.list_size) return &kTooLarge;
    if (const Error* error = check_value(value)) return error;
    if (!name.empty() && name.front() == ':') return add_pseudo(name, value);
    if (const Error* error = check_name(name)) return error;
    if (const Error* error = note(name, value)) return error;
    regular_seen_ = true;
    if (fields_.size() > limits_.fields) return &kTooMany;
    fields_.push_back({name, value});
    return nullptr;
}

const Error* RequestFields::add_pseudo(std::string_view name, std::string_view value) noexcept {
    if (regular_seen_) return &kPseudoLate;  // RFC 9113 8.3
    std::string_view* slot = nullptr;
    if (name == ":method")
        slot = &method_;
    else if (name == ":path")
        slot = &path_;
    else if (name == ":scheme")
        slot = &scheme_;
    else if (name == ":authority")
        slot = &authority_;
    else if (name == ":protocol")
        slot = &protocol_;
    if (slot == nullptr) return &kPseudoUnknown;
    if (slot->data() != nullptr || value.empty()) return &kPseudoRepeated;
    *slot = value;
    return nullptr;
}

/// Looks at fields that have a meaning for the message itself. Their length says most of it.
const Error* RequestFields::note(std::string_view name, std::string_view value) noexcept {
    switch (name.size()) {
        case 2:
            if (name != "te") return nullptr;
            return ascii::iequals(value, "trailers") ? nullptr : &kTe;  // RFC 9113 8.2.2
        case 4:
            if (name != "host") return nullptr;
            if (++hosts_ > 1) return &kHostDiffers;
            host_ = value;
            return nullptr;
        case 6:
            if (name == "cookie") ++cookies_;
            if (name != "expect") return nullptr;
            if (!ascii::iequals(value, "100-continue")) return &kExpectation;
            expects_continue_ = true;
            return nullptr;
        case 8:
            if (name == "priority") priority_ = value;
            return nullptr;
        case 14:
            if (name != "content-length") return nullptr;
            if (content_length_) return &kContentLength;
            content_length_ = parse_length(value);
            return content_length_ ? nullptr : &kContentLength;
        default:
            return is_connection_field(name) ? &kConnectionField : nullptr;
    }
}

Result<> RequestFields::conclude(RequestParts& parts) {
    if (error_ == nullptr) error_ = judge(parts);
    if (error_ != nullptr) return fail(*error_);
    parts.method_text = method_;
    parts.method = parse_method(method_);
    parts.scheme = scheme_;
    parts.protocol = protocol_;
    parts.priority = priority_;
    parts.content_length = content_length_;
    parts.expect_continue = expects_continue_;
    if (cookies_ > 1) join_cookies();
    // What an application looks for is Host (RFC 9113 8.3.1).
    const bool add_host = hosts_ == 0;
    if (add_host) fields_[0] = {"host", parts.authority};
    parts.fields = Fields(fields_).subspan(add_host ? 0 : 1);
    return {};
}

const Error* RequestFields::judge(RequestParts& parts) noexcept {
    if (method_.empty()) return &kPseudoMissing;
    if (!is_token(method_)) return &kMethod;
    const bool connect = method_ == "CONNECT";
    if (!protocol_.empty() && (!connect || !limits_.extended_connect)) return &kProtocol;
    if (connect && protocol_.empty()) {
        // RFC 9113 8.5
        if (!scheme_.empty() || !path_.empty() || authority_.empty()) return &kConnectFields;
        parts.target = authority_;
        parts.path = parts.query = {};
    } else {
        if (scheme_.empty() || path_.empty()) return &kPseudoMissing;
        if (!is_scheme(scheme_)) return &kScheme;
        if (const Error* error = judge_target(parts)) return error;
    }
    return judge_authority(parts);
}

const Error* RequestFields::judge_target(RequestParts& parts) const noexcept {
    if (path_.size() > limits_.path) return &kPathTooLong;
    if (!all_are(path_, kInTarget)) return &kPath;
    // RFC 9113 8.3.1: a path, or "*" for OPTIONS.
    if (path_.front() != '/' && !(path_ == "*" && method_ == "OPTIONS")) return &kPath;
    const std::size_t mark = path_.find('?');
    parts.target = path_;
    parts.path = path_.substr(0, mark);
    parts.query = mark == path_.npos ? std::string_view{} : path_.substr(mark + 1);
    return nullptr;
}

const Error* RequestFields::judge_authority(RequestParts& parts) noexcept {
    // RFC 9113 8.3.1: a Host that says something else is a malformed request.
    if (hosts_ > 0 && !authority_.empty() && !ascii::iequals(host_, authority_))
        return &kHostDiffers;
    parts.authority = authority_.empty() ? host_ : authority_;
    if (parts.authority.empty()) return &kAuthorityMissing;
    const auto parsed = parse_authority(parts.authority);
    const bool port_needed = method_ == "CONNECT" && protocol_.empty();
    return parsed && (parsed->port || !port_needed) ? nullptr : &kAuthority;
}

/// RFC 9113 8.2.3: cookie fields become one, in the place of the first.
void RequestFields::join_cookies() {
    std::size_t first = 0;
    std::size_t kept = 1;
    for (std::size_t i = 1; i < fields_.size(); ++i) {
        if (fields_[i].name == "cookie") {
            if (first != 0) {
                // An empty one must not leave a space at the end, which no value may have.
                if (!cookie_.empty() && !fields_[i].value.empty()) cookie_ += "; ";
                cookie_ += fields_[i].value;
                continue;
            }
            first = kept;
            cookie_ = fields_[i].value;
        }
        fields_[kept++] = fields_[i];
    }
    fields_.resize(kept);
    fields_[first].value = cookie_;
}

const Error* check_trailer(std::string_view name, std::string_view value) noexcept {
    if (!name.empty() && name.front() == ':') return &kPseudoLate;  // RFC 9113 8.1
    if (const Error* error = check_name(name)) return error;
    if (const Error* error = check_value(value)) return error;
    if (is_connection_field(name)) return &kConnectionField;
    return is_forbidden_trailer(name) ? &kTrailer : nullptr;
}

bool is_connection_field(std::string_view name) noexcept {
    switch (name.size()) {
        case 7:
            return name == "upgrade";
        case 10:
            return name == "connection" || name == "keep-alive";
        case 16:
            return name == "proxy-connection";
        case 17:
            return name == "transfer-encoding";
        default:
            return false;
    }
}

bool is_forbidden_trailer(std::string_view name) noexcept {
    static constexpr std::string_view kForbidden[] = {"age",
                                                      "authorization",
                                                      "cache-control",
                                                      "connection",
                                                      "content-encoding",
                                                      "content-length",
                                                      "content-range",
                                                      "content-type",
                                                      "cookie",
                                                      "expect",
                                                      "forwarded",
                                                      "host",
                                                      "if-match",
                                                      "if-modified-since",
                                                      "if-none-match",
                                                      "if-range",
                                                      "if-unmodified-since",
                                                      "keep-alive",
                                                      "max-forwards",
                                                      "pragma",
                                                      "proxy-authorization",
                                                      "proxy-connection",
                                                      "range",
                                                      "set-cookie",
                                                      "te",
                                                      "trailer",
                                                      "transfer-encoding",
                                                      "upgrade",
                                                      "via",
                                                      "x-forwarded-for",
                                                      "x-forwarded-host",
                                                      "x-forwarded-proto"};
    for (const std::string_view forbidden : kForbidden)
        if (ascii::iequals(name, forbidden)) return true;
    return false;
}

}  // namespace pottle::http
