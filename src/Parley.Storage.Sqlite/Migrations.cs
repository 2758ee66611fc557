using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Parley.Core.Storage;
using Parley.Storage.Sqlite.Native;

namespace Parley.Storage.Sqlite;

/// <summary>Brings a database to the schema of this program by the numbered scripts that the assembly carries.</summary>
internal static class Migrations
{
    /// <summary>Says in the file's header that the database is ours: "PARL".</summary>
    private const int ApplicationId = 0x5041524C;

    private const string Folder = "Migrations/";

    /// <summary>The scripts in the order of their numbers.</summary>
    public static IReadOnlyList<(int Number, string Name)> Scripts { get; } = FindScripts();

    /// <summary>The schema that this program works with.</summary>
    public static int Latest => Scripts[^1].Number;

    /// <summary>
    /// Throws when the database is none, belongs to another program or is newer than this program. Changes nothing.
    /// </summary>
    public static void Check(SqliteDatabase database, string path)
    {
        var version = database.Scalar("PRAGMA user_version");
        var application = database.Scalar("PRAGMA application_id");
        var isEmpty = database.Scalar("SELECT count(*) FROM sqlite_schema") == 0;
        if (application != ApplicationId && !(isEmpty && version == 0 && application == 0))
            throw new StoreException($"'{path}' is a database of another program.");
        if (version > Latest)
        {
            throw new StoreException(
                $"'{path}' has schema {version}, this program knows schemas up to {Latest}: "
                + "it was written by a newer Parley. Nothing was changed.");
        }
    }

    /// <summary>Applies the scripts that the database lacks, each in a transaction of its own.</summary>
    public static void Apply(SqliteDatabase database, ILogger logger)
    {
        var version = (int)database.Scalar("PRAGMA user_version");
        var from = version;
        foreach (var (number, name) in Scripts)
        {
            if (number <= version)
                continue;
            try
            {
                database.Execute("BEGIN IMMEDIATE");
                database.Execute(Read(name));
                database.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {number}; COMMIT");
            }
            catch (SqliteFailure)
            {
                database.RollbackIfOpen();
                throw;
            }
            version = number;
        }
        if (version > from)
            logger.Migrated(from, version);
    }

    private static List<(int Number, string Name)> FindScripts() =>
    [
        .. typeof(Migrations).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => (int.Parse(name.AsSpan(Folder.Length, 3), CultureInfo.InvariantCulture), name))
            .OrderBy(script => script.Item1),
    ];

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The script {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
