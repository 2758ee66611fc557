using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Parley.Core.Groups;
using Parley.Core.Sessions;

namespace Parley.Core.Messaging;

/// <summary>A message that passed policy: in the journal's queue, then in its lane. Its sender awaits it.</summary>
internal sealed class Submission : JournalEntry, IValueTaskSource<SendOutcome>
{
    private ManualResetValueTaskSourceCore<SendOutcome> _completion; // mutable struct: not readonly

    /// <summary>The session that spoke.</summary>
    public Session? Origin { get; init; }

    /// <summary>The connection that it came by, if a listener may sit on it.</summary>
    public object? Connection { get; init; }

    /// <summary>The group as it stood when the message was accepted.</summary>
    public Group? Group { get; init; }

    /// <summary>The sub-group of the room that is to hear it; null = everyone inside.</summary>
    public int? SubGroup { get; init; }

    /// <summary>Whether nobody's devices are told of it.</summary>
    public bool NoMobilePush { get; init; }

    /// <summary>Whose devices are told of it although they want none; null = nobody's.</summary>
    public IReadOnlyCollection<long>? PushedAnyway { get; init; }

    /// <summary>When the message was handed in, for the time that sending takes.</summary>
    public long StartedAt { get; init; }

    /// <summary>The span around the message's path, when somebody listens.</summary>
    public Activity? Activity { get; init; }

    /// <summary>Completes when the message is committed. The continuation runs in the message's lane, before delivery.</summary>
    public ValueTask<SendOutcome> Completion => new(this, _completion.Version);

    /// <summary>Tells the sender.</summary>
    public void Complete() => _completion.SetResult(new(
        Status switch
        {
            JournalStatus.Stored => CoreError.None,
            JournalStatus.Duplicate => CoreError.Duplicate,
            _ => CoreError.StoreFailed,
        },
        Message.Sequence,
        Message.Time,
        Message.Position));

    SendOutcome IValueTaskSource<SendOutcome>.GetResult(short token) => _completion.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SendOutcome>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<SendOutcome>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);
}
