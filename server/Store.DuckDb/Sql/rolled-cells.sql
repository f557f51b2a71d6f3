-- The cells of a query from a rollup and from events after its last update. Placeholders: "tail", one SELECT per event
-- and part with the columns day, installation, event, network, c0, c1, ...; "rolled", the same columns of the rollup
-- with code and n; "networks", the rollup's networks of the same days; "values", the columns of a cell; "cell", day and
-- those; "set" and "network" as in cells.sql. An installation without a code gets one beyond all existing codes.
WITH tail AS NOT MATERIALIZED (
    {tail}
),
codes AS MATERIALIZED (
    SELECT t.installation, CAST(coalesce(known.code, 1000000000 + row_number() OVER ()) AS INTEGER) AS code
    FROM (SELECT DISTINCT installation FROM tail WHERE installation IS NOT NULL) t
    LEFT JOIN "{alias}".main.installations known ON known.id = t.installation
),
pieces AS (
    SELECT {rolled} {where}
    UNION ALL
    SELECT {cell}, code, 1 AS n FROM tail LEFT JOIN codes USING (installation)
),
pairs AS (
    SELECT {cell}, code, sum(n) AS n FROM pieces GROUP BY {cell}, code
),
networks AS (
    SELECT day, code, {network} AS network
    FROM (
        SELECT day, code, network FROM {networks}
        UNION ALL
        SELECT day, code, network FROM tail JOIN codes USING (installation)
    )
    GROUP BY day, code
)
SELECT day, CAST([{values}] AS VARCHAR[]) AS cell, CAST(sum(n) AS BIGINT) AS occurrences, {set}
GROUP BY {cell}
