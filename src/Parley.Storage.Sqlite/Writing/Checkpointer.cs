using Microsoft.Extensions.Logging;
using Parley.Storage.Sqlite.Native;
using SQLitePCL;

namespace Parley.Storage.Sqlite.Writing;

/// <summary>
/// Moves the write-ahead log into the database on its own thread and connection, off the path of commits. When the log has grown
/// although it was moved, because commits never paused, the writer is asked to move the small rest between two batches.
/// </summary>
internal sealed class Checkpointer : IDisposable
{
    /// <summary>The log starts anew by force when it is this many times longer than the threshold.</summary>
    private const int RestartFactor = 4;

    private readonly SqliteDatabase _database;
    private readonly int _threshold;
    private readonly Action _restart;
    private readonly SqliteMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AutoResetEvent _wake = new(false);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private int _written;
    private volatile bool _stopped;

    public Checkpointer(
        SqliteDatabase database, int threshold, Action restart, SqliteMetrics metrics, TimeProvider time, ILogger logger)
    {
        _database = database;
        _threshold = threshold;
        _restart = restart;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _thread = new Thread(Work) { Name = "parley store checkpointer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Ends after <see cref="Stop"/>.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Counts pages that the writer wrote. Called on the writer's thread.</summary>
    public void Written(int pages)
    {
        _written += pages;
        if (_written < _threshold)
            return;
        _written = 0;
        _wake.Set();
    }

    /// <summary>Ends the thread.</summary>
    public void Stop()
    {
        _stopped = true;
        _wake.Set();
    }

    /// <summary>Closes the connection. Only after <see cref="Ended"/>.</summary>
    public void Dispose()
    {
        _database.Dispose();
        _wake.Dispose();
    }

    private void Work()
    {
        try
        {
            while (_wake.WaitOne() && !_stopped)
                Move();
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private void Move()
    {
        try
        {
            var started = _time.GetTimestamp();
            if (!_database.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE, out var logged, out var moved))
                return;
            _metrics.Checkpointed(_time.GetElapsedTime(started).TotalSeconds);
            _logger.Checkpointed(moved, logged);
            if (logged > (long)_threshold * RestartFactor)
                _restart();
        }
        catch (SqliteFailure failure)
        {
            _logger.CheckpointFailed(failure);
        }
    }
}
