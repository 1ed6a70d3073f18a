-- model:  reference.ref_week
-- title:  Les semaines publiées et leurs jours particuliers | The published weeks and their special days
-- grain:  iso_week
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi | Monday
-- column: week_end | Dimanche | Sunday
-- column: last_year_iso_week | Même semaine ISO un an avant ; pour la semaine 53, la semaine 52 qui précède | Same ISO week a year before; for week 53, the week 52 before it
-- column: last_year_iso_week_2 | Pour la semaine 53 : la semaine 1 de la même année | For week 53: week 1 of the same year
-- column: hours_expected | Heures de la semaine : 167, 168 ou 169 | Hours of the week: 167, 168 or 169 | h
-- column: n_public_holidays | Jours fériés de la semaine | Public holidays of the week | jours
-- column: public_holidays_fr | Noms des jours fériés, en français s'il y en a | Names of the public holidays, in French if there are any
-- column: public_holidays_en | Les mêmes en anglais | The same in English
-- column: n_school_holidays | Jours de vacances scolaires | Days of school holidays | jours
-- column: has_moved_holiday | Les jours fériés ou de vacances ne sont pas les mêmes que dans la semaine comparée un an avant | Public or school holidays differ from the compared week a year before
-- check:  hours_expected BETWEEN 166 AND 170
WITH days AS (SELECT * FROM reference.ref_day),

weeks AS (SELECT * FROM raw.calendar_week),

holidays AS (
    SELECT
        iso_week,
        bool_or(is_in_scope) AS is_in_scope,
        sum(hours_expected) AS hours_expected,
        count(*) FILTER (WHERE is_public_holiday) AS n_public_holidays,
        string_agg(public_holiday_fr, ', ' ORDER BY day) FILTER (WHERE is_public_holiday) AS public_holidays_fr,
        string_agg(public_holiday_en, ', ' ORDER BY day) FILTER (WHERE is_public_holiday) AS public_holidays_en,
        CASE WHEN count(is_school_holiday) = 7 THEN count(*) FILTER (WHERE is_school_holiday) END AS n_school_holidays,
        -- Two bits a day: the pattern of a week, so that a holiday that moves from Sunday to Monday is a difference.
        sum(CASE WHEN is_public_holiday THEN 1 << (2 * weekday) ELSE 0 END)
        + sum(CASE WHEN is_school_holiday THEN 2 << (2 * weekday) ELSE 0 END) AS pattern
    FROM days
    GROUP BY iso_week
),

ref_week AS (
    SELECT
        weeks.iso_week,
        weeks.week_start,
        weeks.week_end,
        weeks.last_year_iso_week,
        weeks.last_year_iso_week_2,
        own.hours_expected,
        own.n_public_holidays,
        own.public_holidays_fr,
        own.public_holidays_en,
        own.n_school_holidays,
        own.pattern <> before.pattern OR own.pattern <> coalesce(before_2.pattern, own.pattern) AS has_moved_holiday
    FROM weeks
    INNER JOIN holidays AS own ON weeks.iso_week = own.iso_week AND own.is_in_scope
    LEFT JOIN holidays AS before ON weeks.last_year_iso_week = before.iso_week
    LEFT JOIN holidays AS before_2 ON weeks.last_year_iso_week_2 = before_2.iso_week
)

SELECT
    iso_week, week_start, week_end, last_year_iso_week, last_year_iso_week_2, hours_expected, n_public_holidays,
    public_holidays_fr, public_holidays_en, n_school_holidays, has_moved_holiday
FROM ref_week
