// SPDX-License-Identifier: MIT
#include "client_parser.hpp"

#include <cstdlib>

namespace pottle::h1::test {

namespace {

std::optional<std::string> take_line(std::string& wire) {
    const std::size_t end = wire.find("\r\n");
    if (end == wire.npos) return std::nullopt;
    std::string line = wire.substr(0, end);
    wire.erase(0, end + 2);
    if (line.find_first_of("\r\n") != line.npos) return std::nullopt;
    return line;
}

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return text;
}

bool take_fields(std::string& wire, std::vector<std::pair<std::string, std::string>>& fields) {
    while (true) {
        auto line = take_line(wire);
        if (!line) return false;
        if (line->empty()) return true;
        const std::size_t colon = line->find(": ");
        if (colon == line->npos || colon == 0) return false;
        fields.emplace_back(lower(line->substr(0, colon)), line->substr(colon + 2));
    }
}

bool take_chunks(std::string& wire, ParsedResponse& response) {
    while (true) {
        const auto line = take_line(wire);
        if (!line || line->empty()) return false;
        if (line->find_first_not_of("0123456789abcdef") != line->npos) return false;
        const std::size_t size = std::strtoull(line->c_str(), nullptr, 16);
        if (size == 0) return take_fields(wire, response.trailers);
        if (wire.size() < size + 2 || wire.substr(size, 2) != "\r\n") return false;
        response.content += wire.substr(0, size);
        wire.erase(0, size + 2);
    }
}

}  // namespace

std::optional<std::string> ParsedResponse::field(std::string_view name) const {
    std::optional<std::string> joined;
    for (const auto& [field_name, value] : fields)
        if (field_name == name) joined = joined ? *joined + "|" + value : value;
    return joined;
}

std::optional<ParsedResponse> take_response(std::string& wire, Request request) {
    ParsedResponse response;
    auto line = take_line(wire);
    if (!line || !line->starts_with("HTTP/1.1 ") || line->size() < 13) return std::nullopt;
    response.status_line = line->substr(9);
    if (!take_fields(wire, response.fields)) return std::nullopt;
    const int status = std::atoi(response.status_line.c_str());
    const auto length = response.field("content-length");
    const auto coding = response.field("transfer-encoding");
    if (length && coding) return std::nullopt;
    if (request == Request::Head || status < 200 || status == 204 || status == 304) return response;
    if (coding) {
        if (*coding != "chunked" || !take_chunks(wire, response)) return std::nullopt;
    } else if (length) {
        const std::size_t size = std::strtoull(length->c_str(), nullptr, 10);
        if (wire.size() < size) return std::nullopt;
        response.content = wire.substr(0, size);
        wire.erase(0, size);
    } else {
        response.ends_with_connection = true;
        response.content = std::exchange(wire, {});
    }
    return response;
}

}  // namespace pottle::h1::test
