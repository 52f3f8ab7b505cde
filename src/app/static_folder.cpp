// SPDX-License-Identifier: MIT
#include "scaffold_core.hpp"

#include <pottle/app/config_error.hpp>

#include <fmt/format.h>

namespace pottle {

namespace {

/// "/static" of "/srv/shop/static/".
std::string url_of(std::string_view folder) {
    while (folder.ends_with('/')) folder.remove_suffix(1);
    return fmt::format("/{}", folder.substr(folder.find_last_of('/') + 1));
}

}  // namespace

void Scaffold::static_folder(std::string folder, StaticOptions options, const char* file,
                             unsigned line) {
    if (folder.empty())
        throw ConfigError(fmt::format("{}: static_folder() needs the name of a folder",
                                      app::to_string({file, line})));
    std::string url = options.url_path ? std::move(*options.url_path) : url_of(folder);
    while (url.ends_with('/')) url.pop_back();
    // FILE-6: the route is send_from_directory().
    auto shared = std::make_shared<std::string>(std::move(folder));
    core_->folders.push_back(shared);
    auto handler = [folder = std::move(shared), files = std::move(options.files),
                    index = options.index](std::string name) {
        if (!index.empty() && name.ends_with('/')) name += index;
        return send_from_directory(*folder, name, files);
    };
    if (!options.index.empty()) {
        auto front = [handler, index = options.index] { return handler(index); };
        add_route("GET", url + "/", {file, line},
                  app::make_handler<app::Role::Handler>(std::move(front)))
            .endpoint = options.endpoint + "_index";
    }
    add_route("GET", url + "/<path:filename>", {file, line},
              app::make_handler<app::Role::Handler>(std::move(handler)))
        .endpoint = std::move(options.endpoint);
}

}  // namespace pottle
