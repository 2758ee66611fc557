using System.Diagnostics.Metrics;
using Parley.Core.Listening;
using Parley.Core.Messaging;
using Parley.Core.Rooms;
using Parley.Core.Sessions;

namespace Parley.Core;

/// <summary>The core's figures (meter <c>Parley.Core</c>). Counters of the hot path are plain longs that are read when somebody asks.</summary>
internal sealed class CoreMetrics : IDisposable
{
    private static readonly ConversationKind[] Kinds = Enum.GetValues<ConversationKind>();
    private static readonly CoreError[] Errors = Enum.GetValues<CoreError>();

    private readonly Meter _meter = new("Parley.Core");
    private readonly Histogram<double> _sendDuration;
    private readonly TimeProvider _time;
    private readonly long[] _sent = new long[Kinds.Length + 1];
    private readonly long[] _refused = new long[Errors.Length];
    private long _delivered;
    private long _listened;
    private long _faults;
    private int _sampling;

    public CoreMetrics(TimeProvider time)
    {
        _time = time;
        _sendDuration = _meter.CreateHistogram<double>(
            "parley.message.send.duration", "s", "Time from handing in a message to telling its sender; one in 16 is measured.");
        _meter.CreateObservableCounter("parley.messages.sent", ReadSent, "{message}", "Messages committed.");
        _meter.CreateObservableCounter("parley.messages.refused", ReadRefused, "{message}", "Messages refused, by reason.");
        _meter.CreateObservableCounter(
            "parley.messages.delivered", () => Volatile.Read(ref _delivered), "{push}", "Pushes handed to sessions.");
        _meter.CreateObservableCounter(
            "parley.messages.listened", () => Volatile.Read(ref _listened), "{push}", "Messages handed to listeners.");
        _meter.CreateObservableCounter(
            "parley.delivery.faults", () => Volatile.Read(ref _faults), "{fault}", "Faults of our own while delivering.");
    }

    public void Watch(SessionRegistry sessions, RoomDirectory rooms, ListenerRegistry listeners)
    {
        _meter.CreateObservableGauge("parley.sessions", () => sessions.Count, "{session}", "Open sessions.");
        _meter.CreateObservableGauge("parley.rooms", () => rooms.Count, "{room}", "Rooms with somebody inside.");
        _meter.CreateObservableGauge(
            "parley.listeners", () => listeners.Count, "{listener}", "Listeners that want to be told of something.");
    }

    public void OnSent(Submission submission)
    {
        if (submission.Status == JournalStatus.Stored)
            Interlocked.Increment(ref _sent[(int)submission.Message.Conversation.Kind]);
        else
            OnRefused(submission.Status == JournalStatus.Duplicate ? CoreError.Duplicate : CoreError.StoreFailed);
        if ((Interlocked.Increment(ref _sampling) & 15) == 0)
            _sendDuration.Record(_time.GetElapsedTime(submission.StartedAt).TotalSeconds);
    }

    public void OnRefused(CoreError error) => Interlocked.Increment(ref _refused[(int)error]);

    public void OnDelivered(int pushes) => Interlocked.Add(ref _delivered, pushes);

    public void OnListened() => Interlocked.Increment(ref _listened);

    public void OnDeliveryFault() => Interlocked.Increment(ref _faults);

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> ReadSent() =>
        Kinds.Select(kind => new Measurement<long>(_sent[(int)kind], new KeyValuePair<string, object?>("kind", kind.ToString())));

    private IEnumerable<Measurement<long>> ReadRefused() =>
        Errors.Where(error => error != CoreError.None).Select(error =>
            new Measurement<long>(_refused[(int)error], new KeyValuePair<string, object?>("reason", error.ToString())));
}
