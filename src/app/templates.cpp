// SPDX-License-Identifier: MIT
/// \file
/// Templates: the environment of an application, and the variables of its requests.
#include "request_context.hpp"
#include "scaffold_core.hpp"
#include "template_loaders.hpp"
#include "template_objects.hpp"

#include <pottle/app/templates.hpp>

#include <algorithm>

namespace pottle {

using app::GlobalsObject;
using app::RequestContext;
using app::RequestObject;
using app::SessionObject;
using app::TemplateLoaders;
using app::WebsocketObject;
using templating::ErrorKind;
using templating::TemplateHandle;
using templating::Value;

Templates::Templates(TemplatesOptions options)
    : Templates(std::make_unique<templating::FolderLoader>(options.folder),
                std::move(options.engine)) {
    folder_ = std::move(options.folder);
}

Templates::Templates(std::unique_ptr<templating::Loader> loader, templating::Options engine)
    : environment_(std::move(engine)) {
    auto loaders = std::make_unique<TemplateLoaders>();
    loaders_ = loaders.get();
    loaders_->add("the application", std::move(loader));
    environment_.set_loader(std::move(loaders));
    environment_.add_function("get_flashed_messages", &app::flashed_messages);
}

Templates::~Templates() = default;

void Templates::install(const AppHandle& app) {
    if (folder_.empty()) return;
    loaders_->replace_first(
        std::make_unique<templating::FolderLoader>(app::resolve_path(app.root_path(), folder_)));
}

void Templates::add_folder(std::string folder, std::string label) {
    if (label.empty()) label = "folder " + folder;
    add_loader(std::make_unique<templating::FolderLoader>(std::move(folder)), std::move(label));
}

void Templates::add_loader(std::unique_ptr<templating::Loader> loader, std::string label) {
    loaders_->add(label.empty() ? "a loader" : std::move(label), std::move(loader));
}

void Templates::add_global(std::string name, ReadGlobal read) {
    globals_.emplace_back(std::move(name), read);
}

void Templates::add_processor(std::unique_ptr<Processor> processor) {
    processors_.push_back(std::move(processor));
}

/// The application's, then those of the blueprints around the route, outermost first.
std::vector<Templates::Processor*> Templates::processors_for(const Request& request) const {
    std::vector<Processor*> found;
    if (processors_.empty()) return found;
    const auto take = [&](std::string_view blueprint) {
        for (const auto& processor : processors_)
            if (processor->blueprint == blueprint) found.push_back(processor.get());
    };
    take({});
    const std::vector<std::string_view> blueprints = request.blueprints();
    for (auto at = blueprints.rbegin(); at != blueprints.rend(); ++at) take(*at);
    return found;
}

bool Templates::awaits(const Request& request) const {
    return environment_.has_async_functions() ||
           std::ranges::any_of(processors_for(request),
                               [](const Processor* processor) { return processor->awaits(); });
}

// ---- variables

Templates::Context Templates::begin(Request& request) const {
    Context context;
    context.emplace<RequestObject>("request", request);
    context.emplace<SessionObject>("session", request);
    context.emplace<GlobalsObject>("g", request.g, globals_);
    for (const std::string_view name : {"request", "session", "g"}) context.share(name);
    if (Websocket* const websocket = RequestContext::of(request).websocket()) {
        context.emplace<WebsocketObject>("websocket", *websocket);
        context.share("websocket");
    }
    return context;
}

Templates::Context Templates::complete(Request& request, Context given) const {
    Context context = begin(request);
    for (Processor* const processor : processors_for(request)) {
        if (processor->awaits())
            templating::fail(ErrorKind::Runtime,
                             "a context processor awaits: use render_async() in a coroutine, or "
                             "return a Template");
        processor->run(request, context);
    }
    context.append(std::move(given));
    return context;
}

Task<Templates::Context> Templates::complete_async(Request& request, Context given) const {
    Context context = begin(request);
    for (Processor* const processor : processors_for(request))
        co_await processor->run_async(request, context);
    context.append(std::move(given));
    co_return context;
}

void Templates::tell_before(Request& request, const TemplateHandle& handle,
                            Context& context) const {
    if (signals_) signals_->before_render_template.send(request, handle.name(), context);
}

void Templates::tell_rendered(Request& request, const TemplateHandle& handle,
                              const Context& context) const {
    if (signals_) signals_->template_rendered.send(request, handle.name(), context);
}

// ---- whole pages

std::string Templates::render_handle(Request& request, const TemplateHandle& handle,
                                     Context given) const {
    Context context = complete(request, std::move(given));
    tell_before(request, handle, context);
    std::string page = environment_.render(handle, context);
    tell_rendered(request, handle, context);
    return page;
}

Task<std::string> Templates::render_handle_async(Request& request, TemplateHandle handle,
                                                 Context given) const {
    Context context = co_await complete_async(request, std::move(given));
    tell_before(request, handle, context);
    std::string page = co_await environment_.render_async_borrowing(handle, &context);
    tell_rendered(request, handle, context);
    co_return page;
}

std::string Templates::render(Request& request, std::string_view name, Context context) const {
    return render_handle(request, environment_.get_template(name), std::move(context));
}

std::string Templates::render(Request& request, std::initializer_list<std::string_view> names,
                              Context context) const {
    return render_handle(request, environment_.select_template({names.begin(), names.size()}),
                         std::move(context));
}

std::string Templates::render_string(Request& request, std::string_view source,
                                     Context context) const {
    return render_handle(request, environment_.from_string(source), std::move(context));
}

std::string Templates::render(std::string_view name, const Context& context) const {
    return environment_.render(name, context);
}

Task<std::string> Templates::render_async(Request& request, std::string name,
                                          Context context) const {
    return render_handle_async(request, environment_.get_template(name), std::move(context));
}

Task<std::string> Templates::render_string_async(Request& request, std::string source,
                                                 Context context) const {
    return render_handle_async(request, environment_.from_string(source), std::move(context));
}

// ---- Template

TemplateHandle Templates::find(const Template& page) const {
    if (page.names().empty()) return environment_.from_string(page.source());
    const std::vector<std::string_view> names(page.names().begin(), page.names().end());
    return names.size() == 1 ? environment_.get_template(names[0])
                             : environment_.select_template(names);
}

std::string Templates::render(Request& request, Template page) const {
    return render_handle(request, find(page), std::move(page.context()));
}

Task<std::string> Templates::render_async(Request& request, Template page) const {
    return render_handle_async(request, find(page), std::move(page.context()));
}

// ---- streams

Generator<std::string> Templates::stream(Request& request, std::string_view name,
                                         Context context) const {
    return stream_handle(&request, environment_.get_template(name), std::move(context));
}

Generator<std::string> Templates::stream_string(Request& request, std::string_view source,
                                                Context context) const {
    return stream_handle(&request, environment_.from_string(source), std::move(context));
}

Generator<std::string> Templates::stream_handle(Request* request, TemplateHandle handle,
                                                Context given) const {
    Context context = co_await complete_async(*request, std::move(given));
    tell_before(*request, handle, context);
    auto pieces = environment_.stream_borrowing(handle, &context);
    while (std::string* const piece = co_await pieces.next()) co_yield std::move(*piece);
    tell_rendered(*request, handle, context);
}

std::string Templates::call_macro(Request& request, std::string_view name, std::string_view macro,
                                  std::initializer_list<Value> arguments) const {
    std::string source =
        "{% import pottle_template as pottle_module %}{{ pottle_module[pottle_macro]"
        "(*pottle_arguments) }}";
    Context context = complete(request, {});
    templating::Arena arena(1_MiB);
    context.set("pottle_template", Value::string(name));
    context.set("pottle_macro", Value::string(macro));
    context.set("pottle_arguments", templating::make_tuple(arena, arguments));
    return environment_.render(environment_.from_string(source), context);
}

}  // namespace pottle
