/**
 * What Linux says about processes: who listens on a port, how much CPU it used, on which file system its files lie. Parsers
 * take text, so that tests can give recorded text; one class reads the files. Elsewhere than on Linux nothing is found, and the
 * figures that need it are left out.
 */
@NullMarked
package io.quorate.bench.host;

import org.jspecify.annotations.NullMarked;
