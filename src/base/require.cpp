// SPDX-License-Identifier: MIT
#include <pottle/base/require.hpp>

namespace pottle {

LogicError::~LogicError() = default;

namespace detail {
void throw_logic_error(const char* what) {
    throw LogicError(what);
}
}  // namespace detail

}  // namespace pottle
