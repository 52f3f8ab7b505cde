// SPDX-License-Identifier: MIT
/// \file
/// Templates: Jinja2's templates in an application: the folder "templates", Flask's globals,
/// context processors; and Template, a page as a handler's result. A header of its own:
/// <pottle/pottle.hpp> does not include it.
///
///     app.use<Templates>();
///     app.get("/hello/<name>", [](std::string name) {
///         return Template("hello.html", {{"name", std::move(name)}});
///     });
#pragma once

#include <pottle/app/app.hpp>
#include <pottle/app/template.hpp>
#include <pottle/templating/environment.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle {

namespace app {
struct TemplateSetup;
class TemplateLoaders;
}  // namespace app

struct TemplatesOptions {
    /// Of the application, looked into first; a relative one begins at AppHandle::root_path().
    std::string folder = "templates";
    templating::Options engine = {};  ///< TEMPLATES_AUTO_RELOAD and DEBUG can set auto_reload too
};

/// What makes an application's pages. An extension: `app.use<Templates>()`. Filters, tests,
/// functions and context processors are added here or, as in Flask, on the App and its blueprints
/// (Scaffold::template_filter and its neighbours).
///
/// Templates see `request`, `session`, `g`, `config`, `url_for()` and get_flashed_messages(), in a
/// websocket's handler also `websocket`; templates that are imported see them too. Precedence, the
/// later over the earlier: these, the application's context processors, those of the blueprints
/// outermost first, the values that render() is given.
/// Thread: filled at start-up, then used by all loops.
class Templates {
public:
    using Context = templating::Context;

    explicit Templates(TemplatesOptions options = {});
    /// Templates from elsewhere: a DictLoader, a BuiltInLoader of pottle_templates().
    explicit Templates(std::unique_ptr<templating::Loader> loader, templating::Options engine = {});
    ~Templates();
    /// Called by app.use<Templates>().
    void install(const AppHandle& app);

    templating::Environment& environment() noexcept { return environment_; }

    /// A folder that is looked into behind the others. `label` is what EXPLAIN_TEMPLATE_LOADING
    /// calls it.
    void add_folder(std::string folder, std::string label = {});
    void add_loader(std::unique_ptr<templating::Loader> loader, std::string label = {});

    /// `{{ value|name }}`; what `function` may take is in templating/function.hpp.
    template <class F>
    void template_filter(std::string_view name, F function) {
        environment_.add_filter(name, std::move(function));
    }
    template <class F>
    void template_test(std::string_view name, F function) {
        environment_.add_test(name, std::move(function));
    }
    template <class F>
    void template_global(std::string_view name, F function) {
        environment_.add_function(name, std::move(function));
    }
    /// Adds variables to every page, or to the pages of the requests of a blueprint and of those
    /// below it (`blueprint` is its dotted name).
    ///
    /// `function(Request&, Context&)` sets them with context.own(); it may be a coroutine, whose
    /// pages are rendered with render_async() or returned as a Template.
    template <class F>
    void context_processor(F function, std::string blueprint = {}) {
        add_processor(std::make_unique<Bound<F>>(std::move(blueprint), std::move(function)));
    }
    /// Shows the T of Request::g as `g.<name>`, while there is one.
    template <class T>
    void expose_global(std::string name) {
        add_global(std::move(name), [](Globals& globals) {
            const T* const found = globals.find<T>();
            return found ? templating::Value::of(*found) : templating::Value::missing();
        });
    }

    /// The page, for a plain handler.
    ///
    /// Errors: throws templating::TemplateError: NotFound, Syntax, what a template does wrong; of
    /// kind Runtime when a function or context processor awaits.
    std::string render(Request& request, std::string_view name, Context context = {}) const;
    /// The first of several templates that exists.
    std::string render(Request& request, std::initializer_list<std::string_view> names,
                       Context context = {}) const;
    std::string render_string(Request& request, std::string_view source,
                              Context context = {}) const;
    /// Outside of requests, in a command or a background task: no `request`, `session` and `g`,
    /// and context processors do not run; url_for() makes absolute URLs.
    std::string render(std::string_view name, const Context& context = {}) const;

    /// `co_return co_await templates.render_async(request, "page.html", {{"user", user}});`
    ///
    /// Functions, filters and context processors that are coroutines are awaited. Lifetime: what
    /// the context refers to, until the task ends.
    Task<std::string> render_async(Request& request, std::string name, Context context = {}) const;
    Task<std::string> render_string_async(Request& request, std::string source,
                                          Context context = {}) const;

    /// `return templates.stream(request, "list.html", std::move(context));`
    ///
    /// The page as a body in pieces (Options::stream_chunk), which are made as the client takes
    /// them: no Content-Length. The template is looked up at once; what else goes wrong cuts the
    /// body. Lifetime: what the context refers to, until the body has been sent: use context.own().
    /// Errors: throws TemplateError (NotFound, Syntax).
    Generator<std::string> stream(Request& request, std::string_view name,
                                  Context context = {}) const;
    Generator<std::string> stream_string(Request& request, std::string_view source,
                                         Context context = {}) const;

    /// Calls a macro of a template: Flask's get_template_attribute().
    std::string call_macro(Request& request, std::string_view name, std::string_view macro,
                           std::initializer_list<templating::Value> arguments = {}) const;

    /// What a handler's Template becomes. `awaits` says which of the two can make it.
    bool awaits(const Request& request) const;
    std::string render(Request& request, Template page) const;
    Task<std::string> render_async(Request& request, Template page) const;

private:
    friend struct app::TemplateSetup;
    struct Processor {
        explicit Processor(std::string name) : blueprint(std::move(name)) {}
        virtual ~Processor() = default;
        virtual bool awaits() const noexcept = 0;
        virtual Task<> run_async(Request& request, Context& context) = 0;
        /// Only when it does not await.
        virtual void run(Request& request, Context& context) = 0;
        std::string blueprint;
    };
    template <class F>
    struct Bound final : Processor {
        Bound(std::string name, F wrapped)
            : Processor(std::move(name)), function(std::move(wrapped)) {}
        static_assert(std::is_invocable_v<F&, Request&, Context&>,
                      "pottle: a context processor takes (Request&, Templates::Context&) and sets "
                      "variables with context.own(\"name\", value); what it returns is not read");
        static constexpr bool is_coroutine = is_task<decltype(std::declval<F&>()(
            std::declval<Request&>(), std::declval<Context&>()))>;
        bool awaits() const noexcept override { return is_coroutine; }
        void run(Request& request, Context& context) override {
            if constexpr (!is_coroutine) function(request, context);
        }
        Task<> run_async(Request& request, Context& context) override {
            if constexpr (is_coroutine) {
                co_await function(request, context);
            } else {
                function(request, context);
                co_return;
            }
        }
        F function;
    };

    using ReadGlobal = templating::Value (*)(Globals&);
    void add_global(std::string name, ReadGlobal read);
    void add_processor(std::unique_ptr<Processor> processor);
    std::vector<Processor*> processors_for(const Request& request) const;
    templating::TemplateHandle find(const Template& page) const;
    /// The variables of a request, then those of the processors, then `given`.
    Context complete(Request& request, Context given) const;
    Task<Context> complete_async(Request& request, Context given) const;
    Context begin(Request& request) const;
    std::string render_handle(Request& request, const templating::TemplateHandle& handle,
                              Context given) const;
    Task<std::string> render_handle_async(Request& request, templating::TemplateHandle handle,
                                          Context given) const;
    Generator<std::string> stream_handle(Request* request, templating::TemplateHandle handle,
                                         Context given) const;
    void tell_before(Request& request, const templating::TemplateHandle& handle,
                     Context& context) const;
    void tell_rendered(Request& request, const templating::TemplateHandle& handle,
                       const Context& context) const;

    std::string folder_;  ///< TemplatesOptions::folder, until the application is known
    templating::Environment environment_;
    app::TemplateLoaders* loaders_ = nullptr;  ///< owned by the environment
    std::vector<std::unique_ptr<Processor>> processors_;
    std::vector<std::pair<std::string, ReadGlobal>> globals_;
    const Signals* signals_ = nullptr;  ///< the application's, once it is frozen
};

namespace app {

/// Flask's registrations on an App or a Blueprint, made when the application freezes.
template <class F>
struct NeedsTemplatesHeader {
    using Enter = void (*)(void*, Templates&, std::string_view blueprint);
    template <class Setup>
    static Callee record(Setup setup) {
        const Enter enter = [](void* closure, Templates& templates, std::string_view blueprint) {
            (*static_cast<Setup*>(closure))(templates, blueprint);
        };
        return {reinterpret_cast<Callee::Function>(enter), new Setup(std::move(setup)),
                [](void* closure) noexcept { delete static_cast<Setup*>(closure); }};
    }
    static Callee filter(std::string name, F function) {
        return record([name = std::move(name), function = std::move(function)](
                          Templates& templates, std::string_view) mutable {
            templates.template_filter(name, std::move(function));
        });
    }
    static Callee test(std::string name, F function) {
        return record([name = std::move(name), function = std::move(function)](
                          Templates& templates, std::string_view) mutable {
            templates.template_test(name, std::move(function));
        });
    }
    static Callee global(std::string name, F function) {
        return record([name = std::move(name), function = std::move(function)](
                          Templates& templates, std::string_view) mutable {
            templates.template_global(name, std::move(function));
        });
    }
    static Callee processor(F function, Reach reach) {
        return record([function = std::move(function), reach](Templates& templates,
                                                              std::string_view blueprint) mutable {
            templates.context_processor(
                std::move(function), reach == Reach::App ? std::string() : std::string(blueprint));
        });
    }
};

}  // namespace app
}  // namespace pottle
