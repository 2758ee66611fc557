using System.Diagnostics.Metrics;

namespace Parley.Storage.Sqlite;

/// <summary>What the store measures of itself.</summary>
internal sealed class SqliteMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Parley.Storage.Sqlite";

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _commitDuration;
    private readonly Histogram<int> _batchSize;
    private readonly Counter<long> _entries;
    private readonly Counter<long> _operations;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _checkpointDuration;

    public SqliteMetrics(Func<int> writeQueue, Func<int> readQueue, string logPath)
    {
        _commitDuration = _meter.CreateHistogram<double>(
            "parley.store.commit.duration", "s", "Time from the first work of a batch to its commit.");
        _batchSize = _meter.CreateHistogram<int>("parley.store.commit.size", "{operation}", "Operations of one commit.");
        _entries = _meter.CreateCounter<long>("parley.store.entries", "{message}", "Journal entries that were committed.");
        _operations = _meter.CreateCounter<long>("parley.store.operations", "{operation}", "Other write operations that were committed.");
        _failures = _meter.CreateCounter<long>("parley.store.commit.failures", "{commit}", "Commits that failed.");
        _checkpointDuration = _meter.CreateHistogram<double>(
            "parley.store.checkpoint.duration", "s", "Time to move the write-ahead log into the database.");
        _meter.CreateObservableGauge("parley.store.write_queue.length", writeQueue, "{operation}", "Operations that wait for the writer.");
        _meter.CreateObservableGauge("parley.store.read_queue.length", readQueue, "{operation}", "Reads that wait for a reader.");
        _meter.CreateObservableGauge("parley.store.log.size", () => LengthOf(logPath), "By", "Size of the write-ahead log's file.");
    }

    public void Committed(double seconds, int entries, int operations)
    {
        _commitDuration.Record(seconds);
        _batchSize.Record(entries + operations);
        if (entries > 0)
            _entries.Add(entries);
        if (operations > 0)
            _operations.Add(operations);
    }

    public void CommitFailed() => _failures.Add(1);

    public void Checkpointed(double seconds) => _checkpointDuration.Record(seconds);

    public void Dispose() => _meter.Dispose();

    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}
