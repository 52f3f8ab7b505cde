// SPDX-License-Identifier: MIT
/// \file
/// RequestHead: everything about a request but its body, independent of the protocol it came over,
/// in one block of memory of its own. Handler code therefore never sees a view into a read buffer.
#pragma once

#include <pottle/async/stream.hpp>
#include <pottle/http/field.hpp>
#include <pottle/http/method.hpp>

#include <string_view>

namespace pottle::gateway {

/// Facts about the connection a request came over. Owned by the connection; outlives its requests.
struct ConnectionFacts {
    async::Transport* transport =
        nullptr;  ///< for addresses and TLS facts; null in the in-process client
    std::string_view scheme = "http";
    std::string_view client_address =
        {};  ///< in-process client only; otherwise asked of the transport
};

/// A request head. A resource that is reused: assign() keeps the block's capacity.
///
/// Lifetime: views live as long as the head. Field names are lower-case.
class RequestHead {
public:
    /// What is copied in. Views that need only live for the call.
    struct Source {
        Method method = Method::Get;
        HttpVersion version = HttpVersion::Http11;
        std::string_view method_text = {};
        std::string_view target = {};  ///< as sent
        std::string_view path = {};    ///< percent-encoded, part of `target` or free-standing
        std::string_view query = {};
        std::string_view authority = {};
        http::Fields fields = {};
        /// The head as it came, when it is one text: copied at once. All fields lie in it.
        std::string_view octets = {};
        bool early_data = false;  ///< came before the handshake was finished
    };

    RequestHead() = default;
    ~RequestHead() { delete[] block_; }
    RequestHead(const RequestHead&) = delete;
    RequestHead& operator=(const RequestHead&) = delete;

    /// Copies everything into this head's block and lower-cases field names.
    void assign(const Source& source, const ConnectionFacts& connection);

    Method method() const noexcept { return method_; }
    HttpVersion version() const noexcept { return version_; }
    std::string_view method_text() const noexcept { return method_text_; }
    std::string_view target() const noexcept { return target_; }
    std::string_view raw_path() const noexcept { return path_; }
    std::string_view query() const noexcept { return query_; }
    std::string_view authority() const noexcept { return authority_; }
    std::string_view scheme() const noexcept { return connection_->scheme; }
    const ConnectionFacts& connection() const noexcept { return *connection_; }
    /// The request came in TLS early data and may be a replay (RFC 8470). Only HTTP/3 has it, and
    /// only when the server allows it.
    bool early_data() const noexcept { return early_data_; }

    http::Fields fields() const noexcept { return {fields_, field_count_}; }
    /// First value of a field; `name` must be lower-case. Empty optional-like: data() == nullptr
    /// when absent.
    const http::Field* find(std::string_view name) const noexcept;
    std::string_view get(std::string_view name, std::string_view fallback = {}) const noexcept {
        const http::Field* field = find(name);
        return field ? field->value : fallback;
    }

private:
    void copy_octets(const Source& source);
    void copy_pieces(const Source& source);
    void reserve(std::size_t size);

    char* block_ = nullptr;  // the fields, then the text
    std::size_t capacity_ = 0;
    const http::Field* fields_ = nullptr;
    std::size_t field_count_ = 0;
    const ConnectionFacts* connection_ = nullptr;
    std::string_view method_text_, target_, path_, query_, authority_;
    Method method_ = Method::Get;
    HttpVersion version_ = HttpVersion::Http11;
    bool early_data_ = false;
};

}  // namespace pottle::gateway
