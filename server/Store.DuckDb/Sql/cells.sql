-- The cells of a query: a row for each day and combination of values, with its installations. Placeholders: "events",
-- one SELECT per event and part with the columns day, installation, event, network, c0, c1, ...; "values", the columns
-- of a cell; "cell", day and those; "set", the exact set as numbers that are valid within this statement only with
-- their networks, or their number, and where to read it from; "network", the one network of an installation on a day.
-- Scanning the events again is faster than storing them (measured on 3 million rows). Grouping has two steps, because
-- distinct values within a group would have to fit into memory.
WITH events AS NOT MATERIALIZED (
    {events}
),
codes AS MATERIALIZED (
    SELECT installation, CAST(row_number() OVER () - 1 AS INTEGER) AS code
    FROM (SELECT DISTINCT installation FROM events WHERE installation IS NOT NULL)
),
pairs AS (
    SELECT {cell}, code, count(*) AS n FROM events LEFT JOIN codes USING (installation) GROUP BY {cell}, code
),
networks AS (
    SELECT day, code, {network} AS network FROM events JOIN codes USING (installation) GROUP BY day, code
)
SELECT day, CAST([{values}] AS VARCHAR[]) AS cell, CAST(sum(n) AS BIGINT) AS occurrences, {set}
GROUP BY {cell}
