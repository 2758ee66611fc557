using Parley.Core.Statistics;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Ports;

/// <summary>Counts of open sessions by period, and the rankings of groups.</summary>
internal sealed class StatisticsStore(StoreWriter writer, ReaderPool readers) : IStatisticsStore
{
    /// <summary>Periods that one write operation removes at the most, so that commits go on in between.</summary>
    private const int Chunk = 5000;

    private const string Precisions = "SELECT seconds, keep FROM online_precision WHERE project_id = ? ORDER BY seconds";

    private const string CountPrecisions = "SELECT count(*) FROM online_precision WHERE project_id = ? AND seconds <> ?";

    private const string SetPrecision = """
        INSERT INTO online_precision (project_id, seconds, keep) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET keep = excluded.keep
        """;

    private const string RemovePrecision = "DELETE FROM online_precision WHERE project_id = ? AND seconds = ?";

    private const string FindKeep = "SELECT keep FROM online_precision WHERE project_id = ? AND seconds = ?";

    private const string Widen = """
        INSERT INTO online_period (project_id, seconds, start, most, least) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET most = max(most, excluded.most), least = min(least, excluded.least)
        """;

    private const string Forget = """
        DELETE FROM online_period WHERE (project_id, seconds, start) IN
            (SELECT project_id, seconds, start FROM online_period WHERE project_id = ? AND seconds = ? AND start < ? ORDER BY start LIMIT ?)
        """;

    private const string Newest = """
        SELECT start, most, least FROM online_period WHERE project_id = ? AND seconds = ? AND start < ? ORDER BY start DESC LIMIT ?
        """;

    private const string Largest = """
        SELECT group_id, members FROM group_rank WHERE project_id = ? ORDER BY members DESC, group_id LIMIT ?
        """;

    public ValueTask<IReadOnlyList<OnlinePrecision>> GetPrecisionsAsync(long projectId, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<OnlinePrecision>>(
            database =>
            {
                var precisions = new List<OnlinePrecision>();
                using var rows = database.Use(Precisions).Bind(projectId);
                while (rows.Step())
                    precisions.Add(new((int)rows.Int64(0), (int)rows.Int64(1)));
                return precisions;
            },
            cancellationToken);

    public async ValueTask<bool> SetPrecisionAsync(
        long projectId, OnlinePrecision precision, long keepFrom, int most, CancellationToken cancellationToken)
    {
        var isSet = await writer.RunAsync(
            session =>
            {
                using (var row = session.Use(CountPrecisions).Bind(projectId).Bind((long)precision.Seconds))
                {
                    if (row.Step() && row.Int64(0) >= most)
                        return false;
                }
                session.Use(SetPrecision).Bind(projectId).Bind((long)precision.Seconds).Bind((long)precision.Keep).Run();
                return true;
            },
            cancellationToken);
        if (isSet)
            await ForgetAsync(projectId, precision.Seconds, keepFrom, cancellationToken);
        return isSet;
    }

    public async ValueTask RemovePrecisionAsync(long projectId, int seconds, CancellationToken cancellationToken)
    {
        await ForgetAsync(projectId, seconds, long.MaxValue, cancellationToken);
        await writer.RunAsync(
            session =>
            {
                session.Use(RemovePrecision).Bind(projectId).Bind((long)seconds).Run();
                session.Use(Forget).Bind(projectId).Bind((long)seconds).Bind(long.MaxValue).Bind(-1L).Run(); // -1 = all
            },
            cancellationToken);
    }

    public async ValueTask SaveOnlineAsync(IReadOnlyList<OnlineSample> samples, CancellationToken cancellationToken)
    {
        if (samples.Count == 0)
            return;
        await writer.RunAsync(
            session =>
            {
                for (var i = 0; i < samples.Count; i++)
                    Save(session, samples[i]);
                return true;
            },
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<OnlinePeriod>> GetOnlineAsync(
        long projectId, int seconds, long before, int take, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<OnlinePeriod>>(
            database =>
            {
                var periods = new List<OnlinePeriod>();
                using var rows = database.Use(Newest).Bind(projectId).Bind((long)seconds).Bind(before).Bind((long)Math.Max(0, take));
                while (rows.Step())
                    periods.Add(new(rows.Int64(0), (int)rows.Int64(1), (int)rows.Int64(2)));
                return periods;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<(long GroupId, long Total)>> GetLargestGroupsAsync(
        long projectId, int take, CancellationToken cancellationToken) =>
        readers.RunAsync<IReadOnlyList<(long GroupId, long Total)>>(
            database =>
            {
                var groups = new List<(long GroupId, long Total)>();
                using var rows = database.Use(Largest).Bind(projectId).Bind((long)Math.Max(0, take));
                while (rows.Step())
                    groups.Add((rows.Int64(0), rows.Int64(1)));
                return groups;
            },
            cancellationToken);

    // the writer knows what groups said since the numbers were written last
    public ValueTask<IReadOnlyList<(long GroupId, long Total)>> GetBusiestGroupsAsync(
        long projectId, int take, CancellationToken cancellationToken) =>
        writer.RunAsync(session => session.Journal.BusiestGroups(projectId, Math.Max(0, take)), cancellationToken);

    private static void Save(WriteSession session, in OnlineSample sample)
    {
        long keep;
        using (var row = session.Use(FindKeep).Bind(sample.ProjectId).Bind((long)sample.Seconds))
        {
            if (!row.Step())
                return;
            keep = row.Int64(0);
        }
        var period = sample.Period;
        session.Use(Widen).Bind(sample.ProjectId).Bind((long)sample.Seconds).Bind(period.Start).Bind((long)period.Most)
            .Bind((long)period.Least).Run();
        session.Use(Forget).Bind(sample.ProjectId).Bind((long)sample.Seconds).Bind(period.Start - ((keep - 1) * sample.Seconds))
            .Bind((long)Chunk).Run();
    }

    private async Task ForgetAsync(long projectId, int seconds, long before, CancellationToken cancellationToken)
    {
        int forgotten;
        do
        {
            forgotten = await writer.RunAsync(
                session =>
                {
                    session.Use(Forget).Bind(projectId).Bind((long)seconds).Bind(before).Bind((long)Chunk).Run();
                    return session.Database.Changes;
                },
                cancellationToken);
        }
        while (forgotten >= Chunk);
    }
}
