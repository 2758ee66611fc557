using System.Reflection;
using System.Runtime.InteropServices;
using Parley.Core.Storage;
using SQLitePCL;

namespace Parley.Storage.Sqlite.Native;

/// <summary>Finds the SQLite library: the system's, which is patched with the system, or the bundled one where there is none.</summary>
internal static class SqliteLibrary
{
    /// <summary>3.35, the first that has everything the SQL here uses.</summary>
    private const int OldestVersion = 3_035_000;

    private static readonly string[] SystemNames = OperatingSystem.IsMacOS()
        ? ["libsqlite3.dylib"]
        : OperatingSystem.IsWindows() ? ["winsqlite3"] : ["libsqlite3.so.0"];

    private static readonly Lazy<string> Loaded = new(Load);

    private delegate int VersionNumber();

    /// <summary>Loads the library once; returns its version.</summary>
    public static string EnsureLoaded() => Loaded.Value;

    private static string Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        try
        {
            return raw.sqlite3_libversion().utf8_to_string();
        }
        catch (DllNotFoundException exception)
        {
            throw new StoreException("The SQLite library (libsqlite3) was not found on this system.", exception);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        foreach (var systemName in SystemNames)
        {
            if (NativeLibrary.TryLoad(systemName, out var handle))
            {
                if (IsUsable(handle))
                    return handle;
                NativeLibrary.Free(handle);
            }
        }
        return NativeLibrary.TryLoad(name, assembly, searchPath, out var bundled) ? bundled : 0;
    }

    private static bool IsUsable(nint handle) =>
        NativeLibrary.TryGetExport(handle, "sqlite3_libversion_number", out var version)
        && Marshal.GetDelegateForFunctionPointer<VersionNumber>(version)() >= OldestVersion
        && NativeLibrary.TryGetExport(handle, "sqlite3_threadsafe", out var threadSafe)
        && Marshal.GetDelegateForFunctionPointer<VersionNumber>(threadSafe)() != 0;
}
