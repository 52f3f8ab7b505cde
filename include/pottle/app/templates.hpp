// SPDX-License-Identifier: MIT
/// \file
/// Templates: Jinja2's templates in an application: the folder "templates", Flask's globals,
/// context processors. A header of its own: <pottle/pottle.hpp> does not include it.
///
///     auto& templates = app.use<Templates>();
///     app.get("/hello/<name>", [](std::string name, Request& request, Templates& templates) {
///         return templates.render(request, "hello.html", {{"name", name}});
///     });
#pragma once

#include <pottle/app/app.hpp>
#include <pottle/templating/environment.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pottle {

struct TemplatesOptions {
    std::string folder = "templates";  ///< of the application, looked into first
    templating::Options engine = {};   ///< auto_reload is TEMPLATES_AUTO_RELOAD
};

/// What makes an application's pages. An extension: `app.use<Templates>()`.
///
/// Templates see `request`, `session` and get_flashed_messages() of the request they are rendered
/// for, `config` after expose_config(), and what was added here. Precedence, the later over the
/// earlier: these, the application's context processors, those of the blueprints outermost first,
/// the values that render() is given.
/// Thread: filled at start-up, then used by all loops.
class Templates {
public:
    using Context = templating::Context;

    explicit Templates(TemplatesOptions options = {});
    /// Templates from elsewhere: a DictLoader, a BuiltInLoader of pottle_templates().
    explicit Templates(std::unique_ptr<templating::Loader> loader, templating::Options engine = {});
    ~Templates();

    templating::Environment& environment() noexcept { return environment_; }

    /// A folder, of a blueprint say, that is looked into behind the others.
    void add_folder(std::string folder);
    void add_loader(std::unique_ptr<templating::Loader> loader);
    /// Shows the settings as `config`. Lifetime: `config` outlives the templates, as the
    /// application's own does.
    void expose_config(const Config& config);

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
    /// Adds variables to every page, or to the pages of a blueprint's requests.
    ///
    /// `function(Request&, Context&)` sets them with context.own(); it may be a coroutine, whose
    /// pages are rendered with render_async().
    template <class F>
    void context_processor(F function, std::string blueprint = {}) {
        add_processor(std::make_unique<Bound<F>>(std::move(blueprint), std::move(function)));
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

private:
    struct Processor {
        explicit Processor(std::string name) : blueprint(std::move(name)) {}
        virtual ~Processor() = default;
        virtual Task<> run_async(Request& request, Context& context) = 0;
        /// False when it awaits.
        virtual bool run(Request& request, Context& context) = 0;
        std::string blueprint;
    };
    template <class F>
    struct Bound final : Processor {
        Bound(std::string name, F wrapped)
            : Processor(std::move(name)), function(std::move(wrapped)) {}
        static constexpr bool awaits = is_task<decltype(std::declval<F&>()(
            std::declval<Request&>(), std::declval<Context&>()))>;
        bool run(Request& request, Context& context) override {
            if constexpr (!awaits) function(request, context);
            return !awaits;
        }
        Task<> run_async(Request& request, Context& context) override {
            if constexpr (awaits) {
                co_await function(request, context);
            } else {
                function(request, context);
            }
        }
        F function;
    };

    void add_processor(std::unique_ptr<Processor> processor);
    std::vector<Processor*> processors_for(const Request& request) const;
    /// The globals of a request, then those of the processors, then `given`.
    Context complete(Request& request, Context given) const;
    Task<Context> complete_async(Request& request, Context given) const;
    Context begin(Request& request) const;
    Generator<std::string> stream_handle(Request* request, templating::TemplateHandle handle,
                                         Context given) const;

    templating::Environment environment_;
    templating::ChoiceLoader* loaders_ = nullptr;  ///< owned by the environment
    std::vector<std::unique_ptr<Processor>> processors_;
};

}  // namespace pottle
