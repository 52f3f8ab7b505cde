// SPDX-License-Identifier: MIT
#include <pottle/app/arguments.hpp>

namespace pottle {

void Arguments::parse(const std::vector<std::string>& words) {
    const auto is_option = [](const std::string& word) {
        return word.size() > 1 && word.front() == '-';
    };
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "--") {
            positional_.insert(positional_.end(), words.begin() + static_cast<long>(i) + 1,
                               words.end());
            return;
        }
        if (!is_option(word)) {
            positional_.push_back(word);
            continue;
        }
        if (const std::size_t equals = word.find('='); equals != word.npos)
            options_.add(word.substr(0, equals), word.substr(equals + 1));
        else if (i + 1 < words.size() && !is_option(words[i + 1]))
            options_.add(word, words[++i]);
        else
            options_.add(word, {});
    }
}

}  // namespace pottle
