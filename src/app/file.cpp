// SPDX-License-Identifier: MIT
/// \file
/// File results: what is said about a file, and how the open one becomes the body.
#include "file_sender.hpp"
#include "late_page.hpp"

#include <pottle/app/http_exception.hpp>
#include <pottle/app/result.hpp>
#include <pottle/async/run_blocking.hpp>
#include <pottle/base/ascii.hpp>
#include <pottle/base/require.hpp>
#include <pottle/crypto/digest.hpp>
#include <pottle/http/accept.hpp>
#include <pottle/http/cache_control.hpp>
#include <pottle/http/content_disposition.hpp>
#include <pottle/http/date.hpp>
#include <pottle/http/file_name.hpp>
#include <pottle/http/media_type.hpp>
#include <pottle/http/mime.hpp>

#include <fmt/format.h>

namespace pottle {

namespace {

std::string_view name_of(const FileSpec& spec) noexcept {
    if (!spec.options.download_name.empty()) return spec.options.download_name;
    return std::string_view(spec.path).substr(spec.path.find_last_of('/') + 1);
}

void describe(Response& response, std::string_view name, const SendFileOptions& options,
              std::optional<std::int64_t> max_age) {
    if (options.as_attachment || !options.download_name.empty())
        response.headers.set_default("content-disposition",
                                     http::format_content_disposition(
                                         options.as_attachment ? "attachment" : "inline", name));
    if (options.max_age) max_age = options.max_age->count();
    if (!response.headers.contains("cache-control"))
        response.set_cache_control({.is_public = true, .max_age = max_age});
    if (max_age) response.expire_by_max_age();
    if (options.last_modified)
        response.headers.set_default("last-modified",
                                     http::format_http_date(*options.last_modified));
    if (options.conditional) response.make_conditional();
}

}  // namespace

File send_file(std::string path, SendFileOptions options) {
    File file(std::move(path));
    file.options = std::move(options);
    return file;
}

Response send_file(Bytes octets, SendFileOptions options) {
    POTTLE_REQUIRE(!options.mimetype.empty() || !options.download_name.empty(),
                   "send_file() of octets needs a mimetype or a download_name");
    Response response(std::move(octets).release());
    if (options.mimetype.empty())
        response.set_static_content_type(http::content_type_of(options.download_name));
    else
        response.set_mimetype(options.mimetype);
    describe(response, options.download_name, options, std::nullopt);
    return response;
}

File send_from_directory(std::string folder, std::string_view name, SendFileOptions options) {
    auto path = http::safe_relative_path(name);
    if (!path) abort(404);
    File file = send_file(std::move(*path), std::move(options));
    file.folder = std::move(folder);
    return file;
}

void add_etag(Response& response) {
    const std::string* octets = response.octets();
    if (octets && !response.headers.contains("etag"))
        response.set_etag(ascii::hex(crypto::md5(*octets).view()));
}

namespace app {

void detail::write_file(Response& response, File&& file) {
    if (file.options.mimetype.empty())
        response.set_static_content_type(http::content_type_of(name_of(file)));
    else
        response.set_content_type(file.options.mimetype);
    response.set_body(FileSpec(std::move(file)));
}

namespace {

/// The best of the codings that stand beside the file and that the client accepts; nothing: as it
/// is.
std::optional<std::size_t> choose_coding(const Request& request, const OpenFiles& files) {
    const auto field = request.headers().find("accept-encoding");
    if (!field) return std::nullopt;
    std::optional<std::size_t> best;
    std::uint16_t highest = 0;
    for (std::size_t i = 0; i < kCodings.size(); ++i) {
        if (!files.coded[i]) continue;
        const std::uint16_t weight = http::preference_weight(*field, kCodings[i].name);
        if (weight > highest) {
            highest = weight;
            best = i;
        }
    }
    return best;
}

}  // namespace

void send_open_file(RequestContext& request, const FileSpec& spec, const OpenFiles& files) {
    Response& response = request.response();
    const OpenFile* file = &files.plain;
    if (spec.options.precompressed) {
        response.add_vary("Accept-Encoding");
        if (const auto coding = choose_coding(request, files)) {
            file = &files.coded[*coding];
            response.headers.set("content-encoding", kCodings[*coding].name);
        }
    }
    describe(response, name_of(spec), spec.options, request.routing().limits.file_max_age);
    response.headers.set_default("last-modified", file->last_modified);
    if (spec.options.etag) response.headers.set_default("etag", file->etag);
    response.set_body(FileRange{file->file, 0, file->size});
}

bool complete_at_once(RequestContext& request, Shared<const FileSpec>& waiting) {
    Response& response = request.response();
    if (response.late_body().get() && !make_late_body_at_once(request)) return false;
    if (Shared<const FileSpec> spec = response.take_file_spec()) {
        async::Executor& loop = request.exchange().scope().executor();
        FileCache* cache = request.routing().file_caches->find(loop);
        const OpenFiles* files = cache ? cache->find(*spec, loop.now()) : nullptr;
        if (!files) {
            waiting = std::move(spec);
            return false;
        }
        send_open_file(request, *spec, *files);
    }
    add_dates(request);
    if (response.take_conditional()) apply_conditions(request, response);
    return true;
}

Task<> open_and_complete(RequestContext& request, Shared<const FileSpec> spec) {
    async::Executor& loop = request.exchange().scope().executor();
    OpenFiles files = co_await run_blocking(
        [](const Shared<const FileSpec>& wanted) { return open_files(*wanted); }, spec);
    if (FileCache* cache = request.routing().file_caches->find(loop))
        send_open_file(request, *spec, cache->insert(*spec, std::move(files), loop.now()));
    else
        send_open_file(request, *spec, files);
    add_dates(request);
    if (request.response().take_conditional()) apply_conditions(request, request.response());
}

}  // namespace app
}  // namespace pottle
