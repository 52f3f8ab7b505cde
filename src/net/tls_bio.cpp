// SPDX-License-Identifier: MIT
#include "tls_bio.hpp"

#include "tls_stream.hpp"

namespace pottle::net {

namespace {

using async::IoResult;

TlsStream& stream_of(BIO* bio) {
    return *static_cast<TlsStream*>(::BIO_get_data(bio));
}

int read(BIO* bio, char* into, std::size_t size, std::size_t* count) {
    BIO_clear_retry_flags(bio);
    const IoResult result = stream_of(bio).receive_records(into, size);
    if (result.kind == IoResult::Kind::WouldBlock) BIO_set_retry_read(bio);
    *count = result.count;
    return result.kind == IoResult::Kind::Done;
}

int write(BIO* bio, const char* records, std::size_t size, std::size_t* count) {
    BIO_clear_retry_flags(bio);
    stream_of(bio).gather_records({records, size});
    *count = size;
    return 1;
}

long control(BIO* bio, int command, long, void*) {
    switch (command) {
        case BIO_CTRL_FLUSH:  // the stream flushes when OpenSSL has returned
            return 1;
        case BIO_CTRL_EOF:
            return stream_of(bio).transport_ended();
        default:
            return 0;
    }
}

int create(BIO* bio) {
    ::BIO_set_init(bio, 1);
    return 1;
}

}  // namespace

BioMethodPtr make_tls_bio_method() {
    BioMethodPtr method(::BIO_meth_new(BIO_TYPE_SOURCE_SINK, "pottle"));
    if (!method) return method;
    ::BIO_meth_set_read_ex(method.get(), read);
    ::BIO_meth_set_write_ex(method.get(), write);
    ::BIO_meth_set_ctrl(method.get(), control);
    ::BIO_meth_set_create(method.get(), create);
    return method;
}

}  // namespace pottle::net
