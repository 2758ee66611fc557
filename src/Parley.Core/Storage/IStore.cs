namespace Parley.Core.Storage;

/// <summary>One store: the ports of all aggregates over one database.</summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>Messages and read positions.</summary>
    IMessageStore Messages { get; }

    /// <summary>Projects.</summary>
    IProjectStore Projects { get; }

    /// <summary>Users.</summary>
    IUserStore Users { get; }

    /// <summary>What was told about users at their registration.</summary>
    IPersonStore Persons { get; }

    /// <summary>Tokens that gateways handed out.</summary>
    IAccessTokenStore AccessTokens { get; }

    /// <summary>The name directory.</summary>
    INameStore Names { get; }

    /// <summary>Friends and blocks.</summary>
    IRelationStore Relations { get; }

    /// <summary>Groups.</summary>
    IGroupStore Groups { get; }

    /// <summary>Rooms.</summary>
    IRoomStore Rooms { get; }

    /// <summary>Bans.</summary>
    IBanStore Bans { get; }

    /// <summary>What users have acknowledged one by one.</summary>
    IPendingStore Pending { get; }

    /// <summary>Friend requests that wait for a reaction.</summary>
    IFriendRequestStore FriendRequests { get; }

    /// <summary>The log of messages and the webhooks that read it.</summary>
    IWebhookStore Webhooks { get; }

    /// <summary>Files and upload tokens.</summary>
    IFileStore Files { get; }

    /// <summary>Counts of open sessions and rankings of groups.</summary>
    IStatisticsStore Statistics { get; }

    /// <summary>Installations of users.</summary>
    IInstallationStore Installations { get; }

    /// <summary>Nodes that an operator pinned or removed.</summary>
    IAccessNodeStore AccessNodes { get; }

    /// <summary>Inboxes.</summary>
    IInboxStore Inboxes { get; }

    /// <summary>Throws nothing and returns true when the store can read and write.</summary>
    ValueTask<bool> IsHealthyAsync(CancellationToken cancellationToken);
}

/// <summary>The store cannot be used; the message is one clear line for an operator.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StoreException(string message) : base(message)
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    public StoreException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Makes the exception.</summary>
    public StoreException()
    {
    }
}
