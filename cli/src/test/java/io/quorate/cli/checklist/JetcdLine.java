package io.quorate.cli.checklist;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The line of the checklist that a test proves through jetcd's client, as far as jetcd can say it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface JetcdLine {
    /** Such as {@code A9}. */
    String value();
}
