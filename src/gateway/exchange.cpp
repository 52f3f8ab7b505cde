// SPDX-License-Identifier: MIT
#include <pottle/gateway/exchange.hpp>

namespace pottle::gateway {

bool Exchange::push(std::string_view, const Headers&) {
    return false;
}

}  // namespace pottle::gateway
