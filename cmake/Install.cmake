# The umbrella target. Installation (find_package, pkg-config) is added here.
get_property(_pottle_libraries GLOBAL PROPERTY POTTLE_LIBRARIES)
add_library(pottle INTERFACE)
target_link_libraries(pottle INTERFACE ${_pottle_libraries})
add_library(pottle::pottle ALIAS pottle)
