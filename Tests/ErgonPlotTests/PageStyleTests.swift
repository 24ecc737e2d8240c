import ErgonData
import Foundation
import Testing

@testable import ErgonPlot

@Suite("The page's stylesheet")
struct PageStyleTests {
  @Test("the digest in the content security policy is that of the stylesheet")
  func digest() {
    let digest = Data(SHA256Digest(of: PageStyle.sheet).bytes).base64EncodedString()
    #expect(PageStyle.digest == digest)
    #expect(HTMLPage.contentSecurityPolicy.contains("'sha256-\(digest)'"))
  }
}
