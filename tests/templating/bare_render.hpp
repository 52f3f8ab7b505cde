// SPDX-License-Identifier: MIT
/// \file
/// A rendering without a template, to call functions with.
#pragma once

#include <pottle/templating/environment.hpp>

namespace pottle::templating {

class BareRender final : public Render {
public:
    explicit BareRender(const Environment& environment) : Render(environment, 16_MiB) {}
    void set_autoescape(bool on) { autoescape_ = on; }
    Value variable(std::string_view) override { return Value::missing(); }
    Value shared(std::string_view) const override { return Value::missing(); }
};

}  // namespace pottle::templating
