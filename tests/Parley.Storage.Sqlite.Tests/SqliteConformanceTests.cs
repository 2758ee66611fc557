using Parley.Core.Storage;
using Parley.Storage.Conformance;

namespace Parley.Storage.Sqlite.Tests;

public sealed class SqliteJournalTests : JournalConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteHistoryTests : HistoryConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteReadPositionTests : ReadPositionConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteHistoryModelTests : HistoryModelConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteUserStoreTests : UserStoreConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteNameStoreTests : NameStoreConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteRelationStoreTests : RelationStoreConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteGroupStoreTests : GroupStoreConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteGroupOrderTests : GroupOrderConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteRoomStoreTests : RoomStoreConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteBanStoreTests : BanStoreConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteProjectStoreTests : ProjectStoreConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteWebhookStoreTests : WebhookStoreConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteFileStoreTests : FileStoreConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqlitePendingTests : PendingConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteFriendRequestTests : FriendRequestConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteStatisticsTests : StatisticsConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteInstallationTests : InstallationConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteAccessNodeTests : AccessNodeConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteInboxTests : InboxConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqlitePersonTests : PersonConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteAccessTokenTests : AccessTokenConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}

public sealed class SqliteGroupFactsTests : GroupFactsConformance
{
    private readonly TemporaryStore _files = new();

    protected override ValueTask<IStore> CreateStoreAsync(TimeProvider time) => _files.OpenAnyAsync(time);

    protected override ValueTask DestroyAsync() => _files.DestroyAsync();
}
