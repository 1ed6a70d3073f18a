-- model:  reference.ref_day
-- title:  Le calendrier, jour par jour | The calendar day by day
-- grain:  day
-- column: day | Jour | Day
-- column: iso_week | Semaine ISO | ISO week
-- column: week_start | Lundi de la semaine | Monday of the week
-- column: weekday | Jour de la semaine, 1 = lundi | Day of the week, 1 = Monday
-- column: hours_expected | Heures du jour : 23, 24 ou 25 | Hours of the day: 23, 24 or 25 | h
-- column: is_public_holiday | Jour férié | Public holiday
-- column: public_holiday_fr | Nom du jour férié, en français s'il y en a un | Name of the public holiday, in French if there is one
-- column: public_holiday_en | Le même en anglais | The same in English
-- column: is_school_holiday | Vacances scolaires de la zone ; vide = au-delà du calendrier connu | School holidays of the zone; empty = beyond the known calendar
-- column: is_in_scope | Jour d'une semaine publiée | Day of a published week
-- check:  weekday BETWEEN 1 AND 7
WITH calendar AS (SELECT * FROM raw.calendar_day),

town AS (SELECT * FROM reference.ref_town),

ref_day AS (
    SELECT
        calendar.*,
        calendar.week_start BETWEEN town.first_week_start AND town.last_week_start AS is_in_scope
    FROM calendar CROSS JOIN town
)

SELECT
    day, iso_week, week_start, weekday, hours_expected, is_public_holiday, public_holiday_fr, public_holiday_en,
    is_school_holiday, is_in_scope
FROM ref_day
