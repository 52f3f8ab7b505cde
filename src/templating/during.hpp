// SPDX-License-Identifier: MIT
/// \file
/// During: a variable that has another value for as long as a part of the source is parsed.
#pragma once

namespace pottle::templating {

/// Sets a variable for as long as it lives.
template <class T>
class During {
public:
    During(T& variable, T value) : variable_(variable), before_(variable) { variable_ = value; }
    ~During() { variable_ = before_; }
    During(const During&) = delete;
    During& operator=(const During&) = delete;

private:
    T& variable_;
    T before_;
};

}  // namespace pottle::templating
