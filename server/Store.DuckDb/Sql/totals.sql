-- The totals for a chart: the stored totals of a view, plus later events, minus pending deletions, without counting any
-- day again. Placeholders: "kept", a SELECT of the stored totals with the columns of a cell; "tail", one SELECT per
-- event and part with day, installation, event, c0, c1, ...; "pairs", the rollup's pairs p with their cells c;
-- "rolled", the columns of a cell in those; "days", the condition on the days of p; "deleted", the codes of pending
-- deletions; "cell", day and the columns of a cell; "values", those without the day; "same", whether the cells of k and
-- h are equal.
WITH tail AS MATERIALIZED (
    SELECT {cell}, installation, count(*) AS n FROM ({tail}) GROUP BY {cell}, installation
),
known AS MATERIALIZED (
    SELECT t.*, i.code FROM tail t LEFT JOIN "{alias}".main.installations i ON i.id = t.installation
),
there AS MATERIALIZED (
    SELECT DISTINCT {rolled}, p.code
    FROM {pairs}
    JOIN (SELECT DISTINCT day, code FROM known WHERE code IS NOT NULL) k ON k.day = p.day AND k.code = p.code
),
changes AS (
    {kept}
    UNION ALL
    SELECT {k.cell}, sum(k.n), count(k.installation) FILTER (WHERE h.code IS NULL)
    FROM known k LEFT JOIN there h ON h.day = k.day AND h.code = k.code AND {same}
    GROUP BY {k.cell}
    UNION ALL
    SELECT {cell}, -sum(n), -count(DISTINCT code)
    FROM (
        SELECT {rolled}, p.code, p.n
        FROM {pairs}
        WHERE {days} AND p.code IN {deleted}
    )
    GROUP BY {cell}
)
SELECT day, CAST([{values}] AS VARCHAR[]) AS cell, CAST(sum(occurrences) AS BIGINT), CAST(sum(installations) AS BIGINT)
FROM changes
GROUP BY {cell}
HAVING sum(occurrences) > 0
