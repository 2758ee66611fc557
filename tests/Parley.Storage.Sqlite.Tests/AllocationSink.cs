using Parley.Core.Messaging;

namespace Parley.Storage.Sqlite.Tests;

/// <summary>Measures what the writer's thread allocated between the first thousand entries and the last.</summary>
internal sealed class AllocationSink(int count) : IJournalSink
{
    private readonly TaskCompletionSource<double> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seen;
    private int _from;
    private long _allocated;

    public Task<double> BytesPerEntry => _result.Task;

    public void OnCommitted(ReadOnlySpan<JournalEntry> entries)
    {
        _seen += entries.Length;
        if (_from == 0 && _seen >= 1000)
            (_from, _allocated) = (_seen, GC.GetAllocatedBytesForCurrentThread());
        if (_seen == count)
            _result.TrySetResult((GC.GetAllocatedBytesForCurrentThread() - _allocated) / (double)(_seen - _from));
    }
}
