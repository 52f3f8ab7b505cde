# Every third-party library, from the distribution only. Nothing is vendored or downloaded.

find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(simdjson REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(argon2 REQUIRED IMPORTED_TARGET libargon2)
find_package(Boost REQUIRED CONFIG COMPONENTS context)
find_package(CLI11 REQUIRED)
if(POTTLE_BUILD_TESTS)
  find_package(doctest REQUIRED)
endif()

if(POTTLE_QUIC)
  pkg_check_modules(ngtcp2 IMPORTED_TARGET libngtcp2>=1.11 libngtcp2_crypto_gnutls>=1.11)
  pkg_check_modules(nghttp3 IMPORTED_TARGET libnghttp3>=1.8)
  pkg_check_modules(gnutls IMPORTED_TARGET gnutls>=3.7.9)
  if(NOT ngtcp2_FOUND OR NOT nghttp3_FOUND OR NOT gnutls_FOUND)
    message(FATAL_ERROR "HTTP/3 needs libngtcp2-dev and libngtcp2-crypto-gnutls-dev 1.11, libnghttp3-dev 1.8 and "
      "libgnutls28-dev; on Debian 12 scripts/setup installs them from bookworm-backports. "
      "Without HTTP/3: -DPOTTLE_QUIC=OFF")
  endif()
endif()
