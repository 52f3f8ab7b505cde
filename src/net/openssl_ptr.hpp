// SPDX-License-Identifier: MIT
/// \file
/// OpensslPtr: owns an OpenSSL object together with the function that frees it.
#pragma once

#include <memory>

namespace pottle::net {

template <auto kFree>
struct OpensslFree {
    template <class T>
    void operator()(T* object) const noexcept {
        kFree(object);
    }
};

template <class T, auto kFree>
using OpensslPtr = std::unique_ptr<T, OpensslFree<kFree>>;

}  // namespace pottle::net
