// SPDX-License-Identifier: MIT
namespace Mlflow.Stores;

/// <summary>A tracking URI, and the store that it names.</summary>
static class StoreLocation
{
    const string DefaultFolder = "mlruns";

    /// <summary>
    /// The store of a URI: <c>file:</c> or a path is a folder, <c>http:</c> and <c>https:</c> are a server. For any
    /// other URI there is no store, and each call says so.
    /// </summary>
    public static (ITrackingStore? Store, StoreKind? Kind) Open(string trackingUri)
    {
        var scheme = SchemeOf(trackingUri);
        if (scheme is "http" or "https")
            return Uri.TryCreate(trackingUri, UriKind.Absolute, out var server)
                ? (new RestStore(server), StoreKind.RestStore) : (null, null);
        if (scheme.Length > 1 && scheme != "file")
            return (null, null);
        var path = scheme == "file" ? PathOf(trackingUri) : trackingUri;
        return (new FileStore(path.Length == 0 ? DefaultFolder : path), StoreKind.FileStore);
    }

    // The drive letter of a Windows path is not a scheme.
    static string SchemeOf(string uri) =>
        uri.IndexOf(':', StringComparison.Ordinal) is var colon and > 1 ? uri[..colon].ToLowerInvariant() : "";

    static string PathOf(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && uri.Contains("//", StringComparison.Ordinal)
            ? parsed.LocalPath : uri["file:".Length..];
}
