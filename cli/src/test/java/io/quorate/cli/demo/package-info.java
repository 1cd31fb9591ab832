@NullMarked
package io.quorate.cli.demo;

import org.jspecify.annotations.NullMarked;
