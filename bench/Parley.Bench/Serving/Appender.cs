using System.Diagnostics;
using Parley.Bench.Measuring;
using Parley.Core.Messaging;
using Parley.Core.Storage;

namespace Parley.Bench.Serving;

/// <summary>
/// Appends messages to a bare store, so many under way at once: as each is committed, the next follows. That is the closed loop of
/// connections that pipeline, so the store makes the batches that it makes for them.
/// </summary>
internal sealed class Appender : IJournalSink
{
    private readonly IMessageStore _store;
    private readonly int _window;
    private readonly int _duplicateWindow;
    private readonly object _gate = new();
    private readonly LatencyHistogram _latencies = new();
    private int _free;
    private long _failed;
    private bool _isMeasuring;

    /// <param name="store">The store.</param>
    /// <param name="window">Messages under way at once.</param>
    /// <param name="duplicateWindow">How long a retry is recognised, in milliseconds; 0 = never.</param>
    public Appender(IMessageStore store, int window, int duplicateWindow = 0)
    {
        _store = store;
        _duplicateWindow = duplicateWindow;
        _window = _free = window;
        store.SetSink(this);
    }

    /// <summary>Commits of journal entries in the measured time.</summary>
    public long Commits { get; private set; }

    /// <summary>The measured time.</summary>
    public TimeSpan MeasuredTime { get; private set; }

    /// <summary>From handing in to commit, of each message in the measured time.</summary>
    public LatencyHistogram Latencies => _latencies;

    /// <summary>Appends so many messages and waits until all are committed.</summary>
    public void Run(int count, Func<int, Message> make)
    {
        for (var i = 0; i < count; i++)
        {
            WaitFor(1);
            Append(make(i));
        }
        WaitFor(_window);
    }

    /// <summary>Appends messages for a time.</summary>
    public void Run(TimeSpan duration, Func<long, Message> make, bool isMeasured)
    {
        lock (_gate)
            _isMeasuring = isMeasured;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0L; ; i++)
        {
            WaitFor(1);
            if (Stopwatch.GetElapsedTime(start) >= duration)
                break;
            Append(make(i));
        }
        lock (_gate)
        {
            _isMeasuring = false;
            MeasuredTime = Stopwatch.GetElapsedTime(start);
        }
        WaitFor(_window);
    }

    void IJournalSink.OnCommitted(ReadOnlySpan<JournalEntry> entries)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            foreach (var entry in entries)
            {
                if (entry.Status != JournalStatus.Stored)
                    _failed++;
                else if (_isMeasuring)
                    _latencies.Record(now - ((Timed)entry).HandedIn);
            }
            if (_isMeasuring)
                Commits++;
            _free += entries.Length;
            Monitor.Pulse(_gate);
        }
    }

    private void WaitFor(int free)
    {
        lock (_gate)
        {
            while (_free < free)
                Monitor.Wait(_gate);
            if (_failed > 0)
                throw new BenchException("the store could not append");
        }
    }

    private void Append(Message message)
    {
        lock (_gate)
            _free--;
        if (!_store.TryAppend(new Timed { Message = message, DuplicateWindow = _duplicateWindow, HandedIn = Stopwatch.GetTimestamp() }))
            throw new BenchException("the store's queue is full");
    }

    private sealed class Timed : JournalEntry
    {
        public required long HandedIn { get; init; }
    }
}
