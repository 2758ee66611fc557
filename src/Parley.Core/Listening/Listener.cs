using Parley.Core.Messaging;

namespace Parley.Core.Listening;

/// <summary>
/// A back end's connection that asked to be told of one project's messages and events. The gateway derives from it. Everything the core
/// calls here must return at once and must not throw: it is called from lanes that serve everybody.
/// </summary>
/// <param name="projectId">The project.</param>
/// <param name="connection">What the listener is told through: a message that came by the same connection is not told to it.</param>
public abstract class Listener(long projectId, object connection)
{
    private ListenerFilter _filter = ListenerFilter.Nothing;

    /// <summary>The project.</summary>
    public long ProjectId { get; } = projectId;

    /// <summary>What the listener is told through.</summary>
    public object Connection { get; } = connection;

    /// <summary>What the listener wants to be told of; replaced as a whole.</summary>
    public ListenerFilter Filter
    {
        get => Volatile.Read(ref _filter);
        internal set => Volatile.Write(ref _filter, value);
    }

    /// <summary>True once the connection is gone; a removed listener is never told again. Inside the registry's gate.</summary>
    internal bool IsRemoved { get; set; }

    /// <summary>Tells of a message. Called in the message's lane, so the messages of a conversation come in order.</summary>
    public abstract void OnMessage(MessageDelivery delivery);

    /// <summary>Tells of a user who came or went.</summary>
    public abstract void OnEvent(ListenerEvent told);
}
