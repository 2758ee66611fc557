using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite.Reading;

/// <summary>
/// Connections that read, each on its own thread, so that no caller's thread waits for the disk. Each read sees one snapshot: all
/// that was committed before it was asked for.
/// </summary>
internal sealed class ReaderPool : IDisposable
{
    private readonly WorkQueue<ReadOperation> _queue;
    private readonly int _length;
    private readonly SqliteDatabase[] _databases;
    private readonly Task[] _ended;

    public ReaderPool(IReadOnlyList<SqliteDatabase> databases, int queueLength)
    {
        _length = queueLength;
        _queue = new WorkQueue<ReadOperation>(queueLength);
        _databases = [.. databases];
        _ended = new Task[_databases.Length];
        for (var i = 0; i < _databases.Length; i++)
        {
            var database = _databases[i];
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _ended[i] = ended.Task;
            new Thread(() => Work(database, ended)) { Name = $"parley store reader {i + 1}", IsBackground = true }.Start();
        }
    }

    /// <summary>Reads that wait.</summary>
    public int QueueLength => _queue.Count;

    /// <summary>Ends when all readers have drained the queue after <see cref="Stop"/>.</summary>
    public Task Ended => Task.WhenAll(_ended);

    /// <summary>Queues a read.</summary>
    public ValueTask<T> RunAsync<T>(Func<SqliteDatabase, T> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<T>(cancellationToken);
        var operation = new ReadOperation<T>(read, cancellationToken);
        if (_queue.TryAdd(operation, _length))
            return new ValueTask<T>(operation.Task);
        return ValueTask.FromException<T>(new StoreException(
            _queue.IsClosed ? "The store is closed." : "The store's read queue is full."));
    }

    /// <summary>Takes nothing more; what waits is still read.</summary>
    public void Stop() => _queue.Close();

    /// <summary>Closes the connections. Only after <see cref="Ended"/>.</summary>
    public void Dispose()
    {
        foreach (var database in _databases)
            database.Dispose();
    }

    private void Work(SqliteDatabase database, TaskCompletionSource ended)
    {
        var one = new ReadOperation?[1];
        try
        {
            while (_queue.Take(one, wait: true) > 0)
            {
                one[0]!.Run(database);
                one[0] = null;
            }
        }
        finally
        {
            ended.TrySetResult();
        }
    }

    private abstract class ReadOperation
    {
        public abstract void Run(SqliteDatabase database);
    }

    private sealed class ReadOperation<T>(Func<SqliteDatabase, T> read, CancellationToken cancellationToken) : ReadOperation
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _completion.Task;

        public override void Run(SqliteDatabase database)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                _completion.TrySetCanceled(cancellationToken);
                return;
            }
            try
            {
                database.Use("BEGIN").Run();
                var result = read(database);
                database.Use("COMMIT").Run();
                _completion.TrySetResult(result);
            }
            catch (Exception exception)
            {
                database.RollbackIfOpen();
                Fail(exception);
            }
        }

        private void Fail(Exception exception)
        {
            if (exception is OperationCanceledException)
                _completion.TrySetCanceled(cancellationToken);
            else if (exception is SqliteFailure)
                _completion.TrySetException(new StoreException("The store could not read: " + exception.Message, exception));
            else
                _completion.TrySetException(exception);
        }
    }
}
