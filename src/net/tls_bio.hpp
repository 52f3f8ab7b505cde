// SPDX-License-Identifier: MIT
/// \file
/// The BIO between OpenSSL and a TlsStream: reads come straight from the socket into OpenSSL's
/// record buffer, writes are gathered by the stream. It never blocks a write.
#pragma once

#include "openssl_ptr.hpp"

#include <openssl/bio.h>

namespace pottle::net {

using BioMethodPtr = OpensslPtr<BIO_METHOD, &::BIO_meth_free>;

/// The BIO's data (BIO_set_data) is the TlsStream. Null when OpenSSL is out of memory.
BioMethodPtr make_tls_bio_method();

}  // namespace pottle::net
