// SPDX-License-Identifier: MIT
#include "certificates.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace pottle::test {

namespace {

template <auto kFree>
struct Free {
    template <class T>
    void operator()(T* object) const {
        kFree(object);
    }
};
template <class T, auto kFree>
using Owned = std::unique_ptr<T, Free<kFree>>;
using Key = Owned<EVP_PKEY, &::EVP_PKEY_free>;
using Certificate = Owned<X509, &::X509_free>;

void require(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(what);
}

template <class Write>
void write_file(const std::string& name, Write write) {
    const Owned<std::FILE, &std::fclose> file(std::fopen(name.c_str(), "w"));
    require(file && write(file.get()) == 1, "a PEM file cannot be written");
}

Certificate sign_itself(EVP_PKEY* key) {
    constexpr long kDay = 24 * 3600;
    Certificate certificate(::X509_new());
    ::X509_set_version(certificate.get(), 2);  // counted from zero: version 3
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate.get()), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate.get()), -kDay);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate.get()), kDay);
    ::X509_set_pubkey(certificate.get(), key);
    X509_NAME* name = ::X509_get_subject_name(certificate.get());
    ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    ::X509_set_issuer_name(certificate.get(), name);
    const Owned<X509_EXTENSION, &::X509_EXTENSION_free> names(::X509V3_EXT_conf_nid(
        nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1"));
    ::X509_add_ext(certificate.get(), names.get(), -1);
    require(::X509_sign(certificate.get(), key, ::EVP_sha256()) > 0, "signing failed");
    return certificate;
}

}  // namespace

Certificates::Certificates() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pottle_XXXXXX").string();
    require(::mkdtemp(pattern.data()) != nullptr, "no temporary directory");
    directory_ = pattern;
    const Key key(::EVP_EC_gen("P-256"));
    require(key != nullptr, "no key");
    const Certificate certificate = sign_itself(key.get());
    write_file(certificate_file(),
               [&](std::FILE* file) { return ::PEM_write_X509(file, certificate.get()); });
    write_file(key_file(), [&](std::FILE* file) {
        return ::PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    write_file(encrypted_key_file(), [&](std::FILE* file) {
        return ::PEM_write_PrivateKey(file, key.get(), ::EVP_aes_128_cbc(), nullptr, 0, nullptr,
                                      const_cast<char*>(kPassword));
    });
}

Certificates::~Certificates() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

}  // namespace pottle::test
