// SPDX-License-Identifier: MIT
/// \file
/// Templates: the environment of an application, and the variables of its requests.
#include "template_objects.hpp"

#include <pottle/app/templates.hpp>

namespace pottle {

using app::ConfigObject;
using app::RequestObject;
using app::SessionObject;
using templating::ErrorKind;
using templating::TemplateHandle;
using templating::Value;

Templates::Templates(TemplatesOptions options)
    : Templates(std::make_unique<templating::FolderLoader>(std::move(options.folder)),
                std::move(options.engine)) {}

Templates::Templates(std::unique_ptr<templating::Loader> loader, templating::Options engine)
    : environment_(std::move(engine)) {
    auto loaders = std::make_unique<templating::ChoiceLoader>();
    loaders_ = loaders.get();
    loaders_->add(std::move(loader));
    environment_.set_loader(std::move(loaders));
    environment_.add_function("get_flashed_messages", &app::flashed_messages);
}

Templates::~Templates() = default;

void Templates::add_folder(std::string folder) {
    add_loader(std::make_unique<templating::FolderLoader>(std::move(folder)));
}

void Templates::add_loader(std::unique_ptr<templating::Loader> loader) {
    loaders_->add(std::move(loader));
}

void Templates::expose_config(const Config& config) {
    environment_.globals().emplace<ConfigObject>("config", config);
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

Templates::Context Templates::begin(Request& request) const {
    Context context;
    context.emplace<RequestObject>("request", request);
    context.emplace<SessionObject>("session", request);
    return context;
}

Templates::Context Templates::complete(Request& request, Context given) const {
    Context context = begin(request);
    for (Processor* const processor : processors_for(request))
        if (!processor->run(request, context))
            templating::fail(ErrorKind::Runtime,
                             "a context processor awaits: use render_async() in a coroutine");
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

std::string Templates::render(Request& request, std::string_view name, Context context) const {
    return environment_.render(environment_.get_template(name),
                               complete(request, std::move(context)));
}

std::string Templates::render(Request& request, std::initializer_list<std::string_view> names,
                              Context context) const {
    return environment_.render(environment_.select_template({names.begin(), names.size()}),
                               complete(request, std::move(context)));
}

std::string Templates::render_string(Request& request, std::string_view source,
                                     Context context) const {
    return environment_.render(environment_.from_string(source),
                               complete(request, std::move(context)));
}

Task<std::string> Templates::render_async(Request& request, std::string name,
                                          Context context) const {
    TemplateHandle handle = environment_.get_template(name);
    Context whole = co_await complete_async(request, std::move(context));
    co_return co_await environment_.render_async(std::move(handle), std::move(whole));
}

Task<std::string> Templates::render_string_async(Request& request, std::string source,
                                                 Context context) const {
    TemplateHandle handle = environment_.from_string(source);
    Context whole = co_await complete_async(request, std::move(context));
    co_return co_await environment_.render_async(std::move(handle), std::move(whole));
}

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
    Context whole = co_await complete_async(*request, std::move(given));
    auto pieces = environment_.stream(std::move(handle), std::move(whole));
    while (std::string* const piece = co_await pieces.next()) co_yield std::move(*piece);
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
