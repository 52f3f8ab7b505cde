// SPDX-License-Identifier: MIT
#include "template_setup.hpp"

#include "app_core.hpp"
#include "template_json.hpp"
#include "template_loaders.hpp"
#include "template_objects.hpp"

#include <pottle/app/templates.hpp>

#include <fmt/format.h>

namespace pottle::app {

struct TemplateSetup {
    AppCore& app;
    Templates* templates;

    void require_templates(const ScaffoldCore& core) const {
        if (templates || (core.template_setups.empty() && !core.template_folder)) return;
        throw ConfigError(
            fmt::format("{} has template filters, tests, functions, context processors or a "
                        "template_folder, but Templates is not installed: add "
                        "app.use<Templates>()",
                        &core == &app ? "the application" : "blueprint " + core.name));
    }

    /// The application's own first, then its blueprints in the order of registration.
    void run(ScaffoldCore& core, const std::string& name) {
        require_templates(core);
        if (core.template_folder)
            templates->add_folder(
                resolve_path(resolve_path(app.root_path, core.root_path), *core.template_folder),
                "blueprint " + name);
        using Enter = void (*)(void*, Templates&, std::string_view);
        for (const Callee& setup : core.template_setups)
            reinterpret_cast<Enter>(setup.function())(setup.closure(), *templates, name);
        for (const auto& child : core.children)
            run(*child, name.empty() ? child->name : fmt::format("{}.{}", name, child->name));
    }

    void attach() {
        const Config& config = app.config;
        auto& environment = templates->environment_;
        const bool reload = config.get<std::optional<bool>>("TEMPLATES_AUTO_RELOAD")
                                .value_or(config.get<bool>("DEBUG"));
        if (reload) environment.set_auto_reload(true);
        templates->loaders_->explain(config.get<bool>("EXPLAIN_TEMPLATE_LOADING"));
        environment.globals().emplace<ConfigObject>("config", config);
        environment.add_function("url_for", [routing = &app.routing](templating::Call& call) {
            return url_for(*routing, call);
        });
        use_json_provider(environment, *app.json);
        templates->signals_ = &app.signals;
        environment.clear_cache();  // what was parsed before knows other filters
    }
};

const Templates* set_up_templates(AppCore& app) {
    auto* const templates = static_cast<Templates*>(app.find_extension(type_key<Templates>));
    TemplateSetup setup{app, templates};
    if (templates) setup.attach();
    setup.run(app, {});
    return templates;
}

}  // namespace pottle::app
