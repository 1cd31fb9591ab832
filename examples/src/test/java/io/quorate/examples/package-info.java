/** The examples, run. */
package io.quorate.examples;
