// SPDX-License-Identifier: MIT
/// \file
/// Sec-WebSocket-Extensions: its grammar (RFC 6455 9.1) and the one extension that is spoken here,
/// permessage-deflate (RFC 7692 7.1).
#include <pottle/http/token.hpp>
#include <pottle/proto/ws/handshake.hpp>

#include <algorithm>
#include <optional>

namespace pottle::ws {

namespace {

constexpr int kSmallestWindow = 8;
constexpr int kLargestWindow = 15;

/// Reads "name; parameter; parameter=value" lists, token by token.
class ExtensionReader {
public:
    explicit ExtensionReader(std::string_view list) noexcept : rest_(ascii::trim(list)) {}

    bool done() const noexcept { return rest_.empty(); }
    bool take(char separator) noexcept {
        if (rest_.empty() || rest_.front() != separator) return false;
        rest_.remove_prefix(1);
        rest_ = ascii::trim(rest_);
        return true;
    }
    /// Empty: there is none, and the rest of the field makes no sense.
    std::string_view take_token() noexcept {
        const std::string_view token = rest_.substr(0, http::token_length(rest_));
        rest_.remove_prefix(token.size());
        rest_ = ascii::trim(rest_);
        return token;
    }
    /// A token, or one in quotes (RFC 6455 9.1).
    std::string_view take_value() noexcept {
        const bool quoted = take('"');
        const std::string_view value = take_token();
        return !quoted || take('"') ? value : std::string_view();
    }

private:
    std::string_view rest_;
};

/// "8" to "15", without leading zeros (RFC 7692 7.1.2.1).
std::optional<int> parse_bits(std::string_view text) noexcept {
    int bits = 0;
    if (text.empty() || text.size() > 2 || text.front() == '0') return std::nullopt;
    for (const char c : text) {
        if (!ascii::is_digit(c)) return std::nullopt;
        bits = bits * 10 + (c - '0');
    }
    if (bits < kSmallestWindow || bits > kLargestWindow) return std::nullopt;
    return bits;
}

/// One offer of permessage-deflate.
struct Offer {
    bool valid = true;
    bool server_no_takeover = false;
    bool client_no_takeover = false;
    bool client_bits_allowed = false;  // with or without a value
    std::optional<int> server_bits, client_bits;

    /// A parameter that is unknown, repeated or malformed makes the offer one to decline (RFC 7692
    /// 7.1).
    void note(std::string_view name, bool has_value, std::string_view value) {
        if (name == "server_no_context_takeover") {
            set(server_no_takeover, !has_value);
        } else if (name == "client_no_context_takeover") {
            set(client_no_takeover, !has_value);
        } else if (name == "server_max_window_bits") {
            const bool repeated = server_bits.has_value();
            server_bits = parse_bits(value);
            valid = valid && !repeated && server_bits;
        } else if (name == "client_max_window_bits") {
            if (has_value) client_bits = parse_bits(value);
            set(client_bits_allowed, !has_value || client_bits);
        } else {
            valid = false;
        }
    }

private:
    void set(bool& flag, bool well_formed) noexcept {
        valid = valid && well_formed && !flag;
        flag = true;
    }
};

DeflateAnswer answer(const Offer& offer, const DeflateOptions& options) {
    DeflateAnswer answer{.accepted = true, .parameters = {}, .field = "permessage-deflate"};
    DeflateParameters& agreed = answer.parameters;
    agreed.server_context_takeover = options.server_context_takeover && !offer.server_no_takeover;
    if (!agreed.server_context_takeover) answer.field += "; server_no_context_takeover";
    agreed.client_context_takeover = options.client_context_takeover && !offer.client_no_takeover;
    if (!agreed.client_context_takeover) answer.field += "; client_no_context_takeover";

    agreed.server_window_bits =
        std::min(options.server_max_window_bits, offer.server_bits.value_or(kLargestWindow));
    if (offer.server_bits || agreed.server_window_bits < kLargestWindow)
        answer.field += "; server_max_window_bits=" + std::to_string(agreed.server_window_bits);
    // RFC 7692 7.1.2.2: only a client that offered the parameter can be told to use less.
    if (offer.client_bits_allowed) {
        agreed.client_window_bits =
            std::min(options.client_max_window_bits, offer.client_bits.value_or(kLargestWindow));
        if (agreed.client_window_bits < kLargestWindow)
            answer.field += "; client_max_window_bits=" + std::to_string(agreed.client_window_bits);
    }
    return answer;
}

}  // namespace

DeflateAnswer negotiate_deflate(http::Fields fields, const DeflateOptions& options) {
    if (!options.enabled) return {};
    for (const http::Field& field : fields) {
        if (!ascii::iequals(field.name, "sec-websocket-extensions")) continue;
        ExtensionReader reader(field.value);
        while (!reader.done()) {
            const std::string_view name = reader.take_token();
            Offer offer;
            offer.valid = name == "permessage-deflate";
            while (reader.take(';')) {
                const std::string_view parameter = reader.take_token();
                const bool has_value = reader.take('=');
                const std::string_view value = has_value ? reader.take_value() : "";
                offer.note(parameter, has_value, value);
            }
            const bool well_formed = !name.empty() && (reader.take(',') || reader.done());
            if (!well_formed) break;  // nothing behind it can be trusted
            if (offer.valid) return answer(offer, options);
        }
    }
    return {};
}

}  // namespace pottle::ws
