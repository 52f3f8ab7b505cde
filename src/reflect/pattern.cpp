// SPDX-License-Identifier: MIT
/// \file
/// The one source that sees RE2: linear time, because patterns meet hostile input.
#include <pottle/base/log.hpp>
#include <pottle/base/require.hpp>
#include <pottle/reflect/constraints.hpp>

#include <re2/re2.h>

namespace pottle::reflect::detail {

namespace {
RE2::Options quiet() {
    RE2::Options options;
    options.set_log_errors(false);
    return options;
}
}  // namespace

CompiledPattern::CompiledPattern(std::string_view pattern)
    : expression_(new RE2(re2::StringPiece(pattern.data(), pattern.size()), quiet())) {
    if (const auto* expression = static_cast<const RE2*>(expression_); !expression->ok()) {
        log::error("Pattern<\"" + std::string(pattern) + "\">: " + expression->error());
        delete expression;
        POTTLE_REQUIRE(false, "a Pattern<\"...\"> is not a regular expression");
    }
}
CompiledPattern::~CompiledPattern() {
    delete static_cast<RE2*>(expression_);
}
bool CompiledPattern::matches(std::string_view text) const {
    return RE2::FullMatch(re2::StringPiece(text.data(), text.size()),
                          *static_cast<const RE2*>(expression_));
}

}  // namespace pottle::reflect::detail
