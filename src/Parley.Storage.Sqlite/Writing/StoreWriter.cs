using Microsoft.Extensions.Logging;
using Parley.Core.Messaging;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;
using SQLitePCL;

namespace Parley.Storage.Sqlite.Writing;

/// <summary>
/// The one writer: a thread that drains one queue of journal entries and other operations in the order of arrival and commits many
/// at once. A batch ends when the queue is empty or the batch is full, so a slow disk makes batches grow by themselves.
/// </summary>
internal sealed class StoreWriter : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly Journal _journal;
    private readonly WriteSession _session;
    private readonly WorkQueue<object> _queue;
    private readonly int _queueLength;
    private readonly int _operationReserve;
    private readonly object?[] _batch;
    private readonly EntryOutcome[] _outcomes;
    private readonly JournalEntry[] _entries;
    private readonly List<WriteOperation> _operations = [];
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;
    private IJournalSink? _sink;
    private SqliteMetrics? _metrics;
    private Action<int>? _written;
    private volatile bool _restart;

    public StoreWriter(SqliteDatabase database, Journal journal, SqliteStoreOptions options, TimeProvider time, ILogger logger)
    {
        _database = database;
        _journal = journal;
        _session = new WriteSession(database, journal);
        _queueLength = options.QueueLength;
        _operationReserve = Math.Max(1024, options.QueueLength / 8);
        _queue = new WorkQueue<object>(_queueLength + _operationReserve);
        _batch = new object?[options.BatchSize];
        _outcomes = new EntryOutcome[options.BatchSize];
        _entries = new JournalEntry[options.BatchSize];
        _time = time;
        _logger = logger;
        _thread = new Thread(Work) { Name = "parley store writer", IsBackground = true };
    }

    /// <summary>Operations that wait.</summary>
    public int QueueLength => _queue.Count;

    /// <summary>Ends when the writer has drained its queue after <see cref="Stop"/>.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Starts the thread.</summary>
    /// <param name="metrics">Hears of commits.</param>
    /// <param name="written">Hears how many pages a commit wrote.</param>
    public void Start(SqliteMetrics metrics, Action<int> written)
    {
        _metrics = metrics;
        _written = written;
        _thread.Start();
    }

    /// <summary>Names who hears of journal commits.</summary>
    public void SetSink(IJournalSink sink) => Volatile.Write(ref _sink, sink);

    /// <summary>Queues a journal entry; false when the queue is full or closed.</summary>
    public bool TryAppend(JournalEntry entry) => _queue.TryAdd(entry, _queueLength);

    /// <summary>Queues any other write. Its result comes after the commit.</summary>
    public ValueTask<T> RunAsync<T>(Func<WriteSession, T> work, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<T>(cancellationToken);
        var operation = new WriteOperation<T>(work, cancellationToken);
        if (_queue.TryAdd(operation, _queueLength + _operationReserve))
            return new ValueTask<T>(operation.Task);
        return ValueTask.FromException<T>(new StoreException(
            _queue.IsClosed ? "The store is closed." : "The store's write queue is full: the disk does not keep up."));
    }

    /// <summary>Queues any other write that has no result. Completes after the commit.</summary>
    public async ValueTask RunAsync(Action<WriteSession> work, CancellationToken cancellationToken) =>
        await RunAsync(
            session =>
            {
                work(session);
                return true;
            },
            cancellationToken);

    /// <summary>Asks the writer to move the rest of the log between two batches, so that the log can start anew.</summary>
    public void RestartLog() => _restart = true;

    /// <summary>Takes nothing more; what waits is still committed.</summary>
    public void Stop() => _queue.Close();

    /// <summary>Moves the log into the database and empties it. Only after <see cref="Ended"/>.</summary>
    public void CloseLog()
    {
        _database.SetBusyTimeout(0);
        MoveLog(raw.SQLITE_CHECKPOINT_TRUNCATE);
    }

    /// <summary>Closes the connection. Only after <see cref="Ended"/>.</summary>
    public void Dispose() => _database.Dispose();

    private void Work()
    {
        try
        {
            while (true)
            {
                var count = _queue.Take(_batch, wait: true);
                if (count == 0)
                    break;
                Process(count);
                if (_restart)
                    Restart();
            }
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private void Process(int count)
    {
        var started = _time.GetTimestamp();
        var committed = TryCommit(ref count);
        var duration = _time.GetElapsedTime(started);
        var entries = TellSink(count);
        TellCallers();
        if (committed)
            _metrics?.Committed(duration.TotalSeconds, entries, count - entries);
        Array.Clear(_batch, 0, count);
        _written?.Invoke(_database.TakeWrittenPages());
    }

    private bool TryCommit(ref int count)
    {
        var done = 0;
        try
        {
            _session.Now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            _database.Use("BEGIN IMMEDIATE").Run();
            while (true)
            {
                for (; done < count; done++)
                    Apply(done);
                var more = count < _batch.Length ? _queue.Take(_batch.AsSpan(count), wait: false) : 0;
                if (more == 0)
                    break;
                count += more;
            }
            _journal.Flush();
            _database.Use("COMMIT").Run();
            _journal.Commit(_session.Now);
            return true;
        }
        catch (Exception exception)
        {
            Fail(count, exception);
            return false;
        }
    }

    private void Apply(int index)
    {
        if (_batch[index] is JournalEntry entry)
            Append(index, entry);
        else
            Run((WriteOperation)_batch[index]!);
    }

    private void Append(int index, JournalEntry entry)
    {
        try
        {
            _outcomes[index] = _journal.Append(entry, _session.Now);
        }
        catch (Exception exception) when (exception is not SqliteFailure { IsAboutOneRow: false } && _database.InTransaction)
        {
            _logger.EntryFailed(exception);
            _journal.Forget(entry.Message.Conversation);
            _outcomes[index] = new EntryOutcome(JournalStatus.Failed, 0, 0, 0);
        }
    }

    private void Run(WriteOperation operation)
    {
        if (operation.IsCancelled)
        {
            operation.Fault = new OperationCanceledException();
            return;
        }
        _database.Use("SAVEPOINT operation").Run();
        try
        {
            operation.Run(_session);
            _database.Use("RELEASE operation").Run();
        }
        catch (Exception exception)
        {
            operation.Fault = exception is SqliteFailure failure ? Explain(failure) : exception;
            if (!_database.InTransaction)
                throw;
            _database.Use("ROLLBACK TO operation").Run();
            _database.Use("RELEASE operation").Run();
        }
    }

    /// <summary>Nothing of the batch is stored, and nothing of it stays in memory.</summary>
    private void Fail(int count, Exception exception)
    {
        _logger.CommitFailed(exception, count);
        _metrics?.CommitFailed();
        _database.RollbackIfOpen();
        _journal.Rollback();
        var fault = Explain(exception);
        for (var i = 0; i < count; i++)
        {
            _outcomes[i] = new EntryOutcome(JournalStatus.Failed, 0, 0, 0);
            if (_batch[i] is JournalEntry entry)
                _journal.Forget(entry.Message.Conversation);
            else
                ((WriteOperation)_batch[i]!).Fault ??= fault;
        }
    }

    /// <summary>Settles the entries of the batch and hands them to the sink; returns how many there are.</summary>
    private int TellSink(int count)
    {
        var entries = 0;
        for (var i = 0; i < count; i++)
        {
            if (_batch[i] is JournalEntry entry)
            {
                Settle(entry, _outcomes[i]);
                _entries[entries++] = entry;
            }
            else
            {
                _operations.Add((WriteOperation)_batch[i]!);
            }
        }
        try
        {
            if (entries > 0)
                Volatile.Read(ref _sink)?.OnCommitted(_entries.AsSpan(0, entries));
        }
        catch (Exception exception)
        {
            _logger.SinkFailed(exception);
        }
        Array.Clear(_entries, 0, entries);
        return entries;
    }

    private void TellCallers()
    {
        foreach (var operation in _operations)
            operation.Complete();
        _operations.Clear();
    }

    private static void Settle(JournalEntry entry, in EntryOutcome outcome)
    {
        if (outcome.Status != JournalStatus.Failed)
        {
            entry.Message.Sequence = outcome.Sequence;
            entry.Message.Time = outcome.Time;
            entry.Message.Position = outcome.Position;
        }
        entry.Status = outcome.Status;
    }

    /// <summary>
    /// Moves what the checkpointer left, with nobody writing meanwhile. Gives up when a reader is in the way: the next turn of the
    /// checkpointer asks again.
    /// </summary>
    private void Restart()
    {
        _restart = false;
        _database.SetBusyTimeout(0);
        MoveLog(raw.SQLITE_CHECKPOINT_RESTART); // writing over the old log is cheaper to flush than making it longer
        _database.SetBusyTimeout(SqliteStore.BusyTimeout);
    }

    private void MoveLog(int mode)
    {
        try
        {
            _database.Checkpoint(mode, out _, out _);
        }
        catch (SqliteFailure failure)
        {
            _logger.CheckpointFailed(failure);
        }
    }

    private static StoreException Explain(Exception exception) =>
        exception as StoreException ?? new StoreException("The store could not write: " + exception.Message, exception);
}
