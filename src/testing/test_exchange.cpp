// SPDX-License-Identifier: MIT
#include "test_exchange.hpp"

#include <pottle/http/status.hpp>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include <unistd.h>

namespace pottle::testing {

TestExchange::TestExchange(const TestRequest& request, async::VirtualExecutor& executor)
    : request_(request), executor_(executor), scope_(executor) {
    connection_.scheme = request.scheme;
    connection_.client_address = request.client_address;

    std::vector<http::Field> fields{{"host", request.host}};
    const std::string length = std::to_string(request.body.size());
    if (!request.content_type.empty()) fields.push_back({"content-type", request.content_type});
    if (!request.body.empty()) fields.push_back({"content-length", length});
    for (const Headers::Entry& field : request.headers) fields.push_back({field.name, field.value});

    const std::string_view target = request.target;
    POTTLE_REQUIRE(request.root_path.empty() || target.starts_with(request.root_path),
                   "the path of a test request must begin with its root_path");
    set_mounted(request.root_path.size());
    const std::size_t mark = std::min(target.find('?'), target.size());
    head_.assign({.method = parse_method(request.method),
                  .version = request.version,
                  .method_text = request.method,
                  .target = target,
                  .path = target.substr(0, mark),
                  .query = target.substr(std::min(mark + 1, target.size())),
                  .authority = request.host,
                  .fields = fields},
                 connection_);
}

Task<> TestExchange::send_informational(int status, Headers headers) {
    answer_.informational.push_back({status, std::move(headers)});
    co_return;
}

bool TestExchange::push(std::string_view path, const Headers& headers) {
    answer_.push_promises.push_back({std::string(path), headers});
    return true;
}

void TestExchange::write_head(std::optional<std::uint64_t> length) {
    answer_.status = response_.status;
    answer_.headers = response_.headers;
    if (!http::status_has_body(answer_.status)) return;
    if (!response_.content_type().empty())
        answer_.headers.set_default("content-type", response_.content_type());
    if (length) answer_.headers.set_default("content-length", std::to_string(*length));
}

Error TestExchange::too_large() {
    return Error::peer(Errc::BodyTooLarge, 413, "The request body is too large.");
}

std::string TestExchange::read_file(const FileRange& range) {
    std::string text(range.length, '\0');
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t count = ::pread(range.file->get(), text.data() + done, text.size() - done,
                                      static_cast<off_t>(range.offset + done));
        if (count < 0) throw std::system_error(errno, std::generic_category(), "pread");
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    text.resize(done);
    return text;
}

}  // namespace pottle::testing
