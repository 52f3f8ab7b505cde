// SPDX-License-Identifier: MIT
/// \file
/// Certificates made for one test and removed with it.
#pragma once

#include <string>

namespace pottle::test {

/// A P-256 key and a certificate for "localhost", signed by itself, as PEM files in a directory of
/// their own. A resource.
class Certificates {
public:
    static constexpr const char* kPassword = "correct horse";

    /// Errors: throws std::runtime_error.
    Certificates();
    ~Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    /// Where a test may put more files; removed with its contents.
    const std::string& directory() const { return directory_; }
    std::string certificate_file() const { return directory_ + "/certificate.pem"; }
    std::string key_file() const { return directory_ + "/key.pem"; }
    /// The same key under kPassword.
    std::string encrypted_key_file() const { return directory_ + "/encrypted_key.pem"; }

private:
    std::string directory_;
};

}  // namespace pottle::test
