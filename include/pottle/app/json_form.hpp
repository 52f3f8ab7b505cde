// SPDX-License-Identifier: MIT
/// \file
/// Which results have a JSON form. None until the codec is there.
#pragma once

#include <string>

namespace pottle::json {

template <class T>
concept Encodable = false;

template <class T>
void encode(std::string&, const T&) {}

}  // namespace pottle::json
