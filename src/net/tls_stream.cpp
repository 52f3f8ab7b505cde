// SPDX-License-Identifier: MIT
#include "tls_stream.hpp"

#include <pottle/net/loop.hpp>
#include <pottle/net/tls_context.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

namespace pottle::net {

using async::IoResult;

namespace {

/// RFC 8446 5.1: the most text that one record holds.
constexpr std::size_t kRecordText = 16 * 1024;
/// Header, padding and tag that a record adds, with room to spare (RFC 8446 5.2: at most 256).
constexpr std::size_t kRecordOverhead = 512;
/// Records kept for a full socket beyond one write's: answers to KeyUpdate and alerts, which a peer
/// can ask for without reading them.
constexpr std::size_t kMaxUnsent = 2 * LoopBuffers::kRecordsSize;

static_assert(LoopBuffers::kPlainSize >= kRecordText);

/// Walks over the pieces of a write, in portions that fill a record.
class RecordTexts {
public:
    RecordTexts(std::span<const std::string_view> pieces, char* buffer) noexcept
        : pieces_(pieces), buffer_(buffer) {
        skip_finished();
    }

    bool empty() const noexcept { return pieces_.empty(); }
    /// The next portion, copied only when it is made of several pieces.
    std::string_view next() noexcept {
        if (pieces_.size() == 1 || pieces_.front().size() - offset_ >= kRecordText)
            return take(kRecordText);
        std::size_t filled = 0;
        while (!empty() && filled < kRecordText) {
            const std::string_view part = take(kRecordText - filled);
            std::memcpy(buffer_ + filled, part.data(), part.size());
            filled += part.size();
        }
        return {buffer_, filled};
    }

private:
    std::string_view take(std::size_t limit) noexcept {
        const std::string_view part = pieces_.front().substr(offset_, limit);
        offset_ += part.size();
        skip_finished();
        return part;
    }
    void skip_finished() noexcept {
        while (!pieces_.empty() && offset_ == pieces_.front().size()) {
            pieces_ = pieces_.subspan(1);
            offset_ = 0;
        }
    }

    std::span<const std::string_view> pieces_;
    std::size_t offset_ = 0;
    char* buffer_;
};

}  // namespace

std::unique_ptr<TlsStream> TlsStream::adopt(Loop& loop, int descriptor, const PeerName& peer,
                                            const TlsContext& context) noexcept {
    std::unique_ptr<TlsStream> stream(new (std::nothrow) TlsStream(loop, descriptor, peer));
    if (!stream) {
        ::close(descriptor);
        return stream;
    }
    stream->ssl_ = ::SSL_new(context.native());
    BIO* bio = stream->ssl_ ? ::BIO_new(context.bio_method()) : nullptr;
    if (!bio || !loop.watch(*stream)) {
        ::BIO_free(bio);
        stream->state_ = State::Broken;
        stream.reset();
        return stream;
    }
    ::BIO_set_data(bio, stream.get());
    ::SSL_set_bio(stream->ssl_, bio, bio);
    ::SSL_set_accept_state(stream->ssl_);
    return stream;
}

TlsStream::~TlsStream() {
    const bool sound = state_ == State::Open && !has(kPeerClosed | kReset);
    if (sound && !notified_close_) {
        ::ERR_clear_error();
        ::SSL_shutdown(ssl_);
        flush();
    }
    ::SSL_free(ssl_);
}

void TlsStream::on_events(std::uint32_t events) noexcept {
    note_events(events);
    if (!unsent_.empty() && has(kWritable)) flush_unsent();
    if (state_ == State::Handshake && handshake_observer_)
        continue_handshake();
    else
        tell_observer();
}

void TlsStream::continue_handshake() noexcept {
    using Outcome = HandshakeObserver::Outcome;
    ::ERR_clear_error();
    const int outcome = ::SSL_do_handshake(ssl_);
    flush();
    if (outcome == 1) {
        state_ = State::Open;
        if (::SSL_has_pending(ssl_)) set(kBuffered);
        finish_handshake(Outcome::Done, {});
        return;
    }
    const bool waits = ::SSL_get_error(ssl_, outcome) == SSL_ERROR_WANT_READ;
    if (waits && !has(kEnd | kReset)) return;
    const bool silent =
        ::SSL_get_state(ssl_) == TLS_ST_BEFORE && !::SSL_has_pending(ssl_) && has(kEnd | kReset);
    const char* reason = ::ERR_reason_error_string(::ERR_peek_error());
    state_ = State::Broken;
    if (silent)
        finish_handshake(Outcome::LeftSilently, "the peer left before its first byte");
    else if (has(kEnd | kReset))
        finish_handshake(Outcome::Failed, "the peer closed the connection");
    else
        finish_handshake(Outcome::Failed, reason ? reason : "unknown reason");
}

void TlsStream::finish_handshake(HandshakeObserver::Outcome outcome,
                                 std::string_view reason) noexcept {
    std::exchange(handshake_observer_, nullptr)->on_handshake(outcome, reason);
}

IoResult TlsStream::read(std::span<char> into) noexcept {
    if (state_ == State::Broken || has(kReset)) return tls_failure();
    std::size_t count = 0;
    while (count < into.size() && state_ == State::Open && has(kReadable | kBuffered)) {
        const std::size_t got = read_some(into.subspan(count));
        if (got == 0) break;
        count += got;
    }
    flush();  // an answer to KeyUpdate, or an alert
    if (count > 0) return IoResult::done(count);
    if (state_ == State::Broken || has(kReset)) return tls_failure();
    // After shutdown_write() the end is held back until everything written has left, so that who
    // closes the stream at the end loses nothing.
    if (state_ == State::PeerFinished && !(notified_close_ && !unsent_.empty()))
        return IoResult::end();
    set(kWantRead);
    return IoResult::would_block();
}

std::size_t TlsStream::read_some(std::span<char> into) noexcept {
    std::size_t count = 0;
    ::ERR_clear_error();
    if (::SSL_read_ex(ssl_, into.data(), into.size(), &count) == 1) {
        if (::SSL_has_pending(ssl_))
            set(kBuffered);
        else
            clear(kBuffered);
        return count;
    }
    clear(kBuffered);
    const int error = ::SSL_get_error(ssl_, 0);
    if (error == SSL_ERROR_WANT_READ) return 0;
    if (has(kReset)) {
        state_ = State::Broken;
    } else if (error == SSL_ERROR_ZERO_RETURN || has(kEnd)) {
        // Deviates: an end without close_notify counts as one (RFC 8446 6.1 calls it truncation),
        // because many clients leave so and HTTP requests say where they end.
        state_ = State::PeerFinished;
        set(kPeerClosed);
        tell_observer_later();
    } else {
        state_ = State::Broken;
        set(kPeerClosed);
    }
    return 0;
}

IoResult TlsStream::write(std::span<const std::string_view> pieces) noexcept {
    if (state_ == State::Broken || has(kReset)) return tls_failure();
    if (!ready_to_write()) {
        set(kWantWrite);
        return IoResult::would_block();
    }
    std::size_t count = 0;
    RecordTexts texts(pieces, loop().buffers().plain);
    while (!texts.empty() && room_for_a_record()) {
        const std::string_view text = texts.next();
        if (!encrypt(text)) break;
        count += text.size();
    }
    flush();
    return state_ == State::Broken || has(kReset) ? tls_failure() : IoResult::done(count);
}

IoResult TlsStream::send_file(int descriptor, std::uint64_t offset, std::size_t count) noexcept {
    if (state_ == State::Broken || has(kReset)) return tls_failure();
    if (count == 0) return IoResult::done(0);
    if (!ready_to_write()) {
        set(kWantWrite);
        return IoResult::would_block();
    }
    char* buffer = loop().buffers().plain;
    std::size_t done = 0;
    while (done < count && room_for_a_record()) {
        const ssize_t got = ::pread(descriptor, buffer, std::min(count - done, kRecordText),
                                    static_cast<off_t>(offset + done));
        if (got <= 0 && done > 0) break;  // told at the next call
        if (got < 0) return IoResult::failed(Error::system(errno, "the file cannot be read"));
        if (got == 0)
            return IoResult::failed(
                Error::us(Errc::UnexpectedEnd, "the file is shorter than said"));
        if (!encrypt({buffer, static_cast<std::size_t>(got)})) break;
        done += static_cast<std::size_t>(got);
    }
    flush();
    return state_ == State::Broken || has(kReset) ? tls_failure() : IoResult::done(done);
}

void TlsStream::shutdown_write() noexcept {
    if (notified_close_ || state_ == State::Broken || state_ == State::Handshake) return;
    notified_close_ = true;
    ::ERR_clear_error();
    ::SSL_shutdown(ssl_);
    flush();
    if (unsent_.empty()) shut_down_socket();
}

bool TlsStream::ready_to_write() noexcept {
    if (!unsent_.empty() && has(kWritable)) flush_unsent();
    return unsent_.empty() && has(kWritable);
}

bool TlsStream::encrypt(std::string_view text) noexcept {
    std::size_t written = 0;
    ::ERR_clear_error();
    // The BIO takes everything, so OpenSSL writes all of it or fails.
    if (::SSL_write_ex(ssl_, text.data(), text.size(), &written) == 1) return true;
    state_ = State::Broken;
    return false;
}

bool TlsStream::room_for_a_record() noexcept {
    return loop().buffers().records_used + kRecordText + kRecordOverhead <=
           LoopBuffers::kRecordsSize;
}

IoResult TlsStream::receive_records(char* into, std::size_t size) noexcept {
    if (has(kEnd)) return IoResult::end();
    if (has(kReset)) return failure();
    if (!has(kReadable)) return IoResult::would_block();
    return receive(into, size);
}

void TlsStream::gather_records(std::string_view records) noexcept {
    LoopBuffers& buffers = loop().buffers();
    if (!unsent_.empty()) return keep_unsent(records);
    if (buffers.records_used + records.size() > LoopBuffers::kRecordsSize) flush();
    if (!unsent_.empty()) return keep_unsent(records);
    std::memcpy(buffers.records + buffers.records_used, records.data(), records.size());
    buffers.records_used += records.size();
}

void TlsStream::flush() noexcept {
    LoopBuffers& buffers = loop().buffers();
    std::string_view records(buffers.records, std::exchange(buffers.records_used, 0));
    if (records.empty()) return;
    if (has(kWritable)) {
        const IoResult sent = send({&records, 1});
        if (sent.kind == IoResult::Kind::Failed) return;
        records.remove_prefix(sent.count);
    }
    if (!records.empty()) keep_unsent(records);
}

void TlsStream::flush_unsent() noexcept {
    const std::string_view records = std::string_view(unsent_).substr(unsent_begin_);
    const IoResult sent = send({&records, 1});
    unsent_begin_ += sent.count;
    if (sent.kind != IoResult::Kind::Failed && unsent_begin_ < unsent_.size()) return;
    unsent_ = std::string();  // gives its memory back, as `= {}` would not
    unsent_begin_ = 0;
    if (notified_close_) {
        shut_down_socket();
        if (state_ == State::PeerFinished) set(kReadable);  // read() held the end back
    }
}

void TlsStream::keep_unsent(std::string_view records) noexcept {
    try {
        if (unsent_.size() - unsent_begin_ + records.size() <= kMaxUnsent) {
            unsent_.append(records);
            return;
        }
    } catch (const std::bad_alloc&) {  // as bad as too much
    }
    state_ = State::Broken;
    set(kPeerClosed);
}

IoResult TlsStream::tls_failure() const noexcept {
    if (has(kReset)) return failure();
    return IoResult::failed(
        {Errc::TlsHandshake, Blame::Peer, 0, 0, 0, "the peer broke the TLS protocol"});
}

const async::TlsFacts* TlsStream::tls() const noexcept {
    if (!facts_) {
        facts_.reset(new (std::nothrow) async::TlsFacts);
        if (!facts_) return nullptr;
        const unsigned char* alpn = nullptr;
        unsigned alpn_size = 0;
        ::SSL_get0_alpn_selected(ssl_, &alpn, &alpn_size);
        const char* name = ::SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
        facts_->version = ::SSL_get_version(ssl_);
        facts_->cipher = ::SSL_get_cipher_name(ssl_);
        facts_->alpn = {reinterpret_cast<const char*>(alpn), alpn_size};
        facts_->server_name = name ? name : "";
        facts_->resumed = ::SSL_session_reused(ssl_) == 1;
    }
    return facts_.get();
}

}  // namespace pottle::net
