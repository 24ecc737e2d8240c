// Made by Tests/Golden/arrays.py; do not edit.

/// An array file by NumPy, and its numbers in row-major order.
struct ArrayFixture: Sendable {
  let name: String
  let shape: [Int]
  /// Real and imaginary parts in turn where there are both.
  let values: [Double]
  /// Base64 of the file.
  let file: String

  static let all: [ArrayFixture] = [
    ArrayFixture(
      name: "bool", shape: [2, 3, 4],
      values: [
        1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0,
        1.0, 0.0, 0.0, 1.0, 0.0, 0.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnfGIxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAAAB
        AAABAAABAAABAAABAAABAAABAAA=
        """),
    ArrayFixture(
      name: "i1", shape: [2, 3, 4],
      values: [
        0.0, -5.0, -10.0, -15.0, -20.0, -25.0, -30.0, -35.0, -40.0, -45.0, -50.0, -55.0, -60.0,
        -65.0, -70.0, -75.0, -80.0, -85.0, -90.0, -95.0, -100.0, -105.0, -110.0, -115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnfGkxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoA+/bx
        7Ofi3djTzsnEv7q1sKumoZyXko0=
        """),
    ArrayFixture(
      name: "u1", shape: [2, 3, 4],
      values: [
        0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0,
        75.0, 80.0, 85.0, 90.0, 95.0, 100.0, 105.0, 110.0, 115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoABQoP
        FBkeIygtMjc8QUZLUFVaX2RpbnM=
        """),
    ArrayFixture(
      name: "<i2", shape: [2, 3, 4],
      values: [
        0.0, -5.0, -10.0, -15.0, -20.0, -25.0, -30.0, -35.0, -40.0, -45.0, -50.0, -55.0, -60.0,
        -65.0, -70.0, -75.0, -80.0, -85.0, -90.0, -95.0, -100.0, -105.0, -110.0, -115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGkyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAPv/
        9v/x/+z/5//i/93/2P/T/87/yf/E/7//uv+1/7D/q/+m/6H/nP+X/5L/jf8=
        """),
    ArrayFixture(
      name: ">i2", shape: [2, 3, 4],
      values: [
        0.0, -5.0, -10.0, -15.0, -20.0, -25.0, -30.0, -35.0, -40.0, -45.0, -50.0, -55.0, -60.0,
        -65.0, -70.0, -75.0, -80.0, -85.0, -90.0, -95.0, -100.0, -105.0, -110.0, -115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPmkyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAP/7
        //b/8f/s/+f/4v/d/9j/0//O/8n/xP+//7r/tf+w/6v/pv+h/5z/l/+S/40=
        """),
    ArrayFixture(
      name: "<u2", shape: [2, 3, 4],
      values: [
        0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0,
        75.0, 80.0, 85.0, 90.0, 95.0, 100.0, 105.0, 110.0, 115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPHUyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAUA
        CgAPABQAGQAeACMAKAAtADIANwA8AEEARgBLAFAAVQBaAF8AZABpAG4AcwA=
        """),
    ArrayFixture(
      name: ">u2", shape: [2, 3, 4],
      values: [
        0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0,
        75.0, 80.0, 85.0, 90.0, 95.0, 100.0, 105.0, 110.0, 115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPnUyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAF
        AAoADwAUABkAHgAjACgALQAyADcAPABBAEYASwBQAFUAWgBfAGQAaQBuAHM=
        """),
    ArrayFixture(
      name: "<i4", shape: [2, 3, 4],
      values: [
        0.0, -5.0, -10.0, -15.0, -20.0, -25.0, -30.0, -35.0, -40.0, -45.0, -50.0, -55.0, -60.0,
        -65.0, -70.0, -75.0, -80.0, -85.0, -90.0, -95.0, -100.0, -105.0, -110.0, -115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGk0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        +/////b////x////7P///+f////i////3f///9j////T////zv///8n////E////v////7r///+1////sP///6v/
        //+m////of///5z///+X////kv///43///8=
        """),
    ArrayFixture(
      name: ">i4", shape: [2, 3, 4],
      values: [
        0.0, -5.0, -10.0, -15.0, -20.0, -25.0, -30.0, -35.0, -40.0, -45.0, -50.0, -55.0, -60.0,
        -65.0, -70.0, -75.0, -80.0, -85.0, -90.0, -95.0, -100.0, -105.0, -110.0, -115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPmk0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        ////+/////b////x////7P///+f////i////3f///9j////T////zv///8n////E////v////7r///+1////sP//
        /6v///+m////of///5z///+X////kv///40=
        """),
    ArrayFixture(
      name: "<u4", shape: [2, 3, 4],
      values: [
        0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0,
        75.0, 80.0, 85.0, 90.0, 95.0, 100.0, 105.0, 110.0, 115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPHU0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        BQAAAAoAAAAPAAAAFAAAABkAAAAeAAAAIwAAACgAAAAtAAAAMgAAADcAAAA8AAAAQQAAAEYAAABLAAAAUAAAAFUA
        AABaAAAAXwAAAGQAAABpAAAAbgAAAHMAAAA=
        """),
    ArrayFixture(
      name: ">u4", shape: [2, 3, 4],
      values: [
        0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0,
        75.0, 80.0, 85.0, 90.0, 95.0, 100.0, 105.0, 110.0, 115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPnU0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        AAAABQAAAAoAAAAPAAAAFAAAABkAAAAeAAAAIwAAACgAAAAtAAAAMgAAADcAAAA8AAAAQQAAAEYAAABLAAAAUAAA
        AFUAAABaAAAAXwAAAGQAAABpAAAAbgAAAHM=
        """),
    ArrayFixture(
      name: "<i8", shape: [2, 3, 4],
      values: [
        0.0, -5.0, -10.0, -15.0, -20.0, -25.0, -30.0, -35.0, -40.0, -45.0, -50.0, -55.0, -60.0,
        -65.0, -70.0, -75.0, -80.0, -85.0, -90.0, -95.0, -100.0, -105.0, -110.0, -115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        AAAAAPv/////////9v/////////x/////////+z/////////5//////////i/////////93/////////2P//////
        ///T/////////87/////////yf/////////E/////////7//////////uv////////+1/////////7D/////////
        q/////////+m/////////6H/////////nP////////+X/////////5L/////////jf////////8=
        """),
    ArrayFixture(
      name: ">i8", shape: [2, 3, 4],
      values: [
        0.0, -5.0, -10.0, -15.0, -20.0, -25.0, -30.0, -35.0, -40.0, -45.0, -50.0, -55.0, -60.0,
        -65.0, -70.0, -75.0, -80.0, -85.0, -90.0, -95.0, -100.0, -105.0, -110.0, -115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPmk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        AAAAAP/////////7//////////b/////////8f/////////s/////////+f/////////4v/////////d////////
        /9j/////////0//////////O/////////8n/////////xP////////+//////////7r/////////tf////////+w
        /////////6v/////////pv////////+h/////////5z/////////l/////////+S/////////40=
        """),
    ArrayFixture(
      name: "<u8", shape: [2, 3, 4],
      values: [
        0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0,
        75.0, 80.0, 85.0, 90.0, 95.0, 100.0, 105.0, 110.0, 115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPHU4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        AAAAAAUAAAAAAAAACgAAAAAAAAAPAAAAAAAAABQAAAAAAAAAGQAAAAAAAAAeAAAAAAAAACMAAAAAAAAAKAAAAAAA
        AAAtAAAAAAAAADIAAAAAAAAANwAAAAAAAAA8AAAAAAAAAEEAAAAAAAAARgAAAAAAAABLAAAAAAAAAFAAAAAAAAAA
        VQAAAAAAAABaAAAAAAAAAF8AAAAAAAAAZAAAAAAAAABpAAAAAAAAAG4AAAAAAAAAcwAAAAAAAAA=
        """),
    ArrayFixture(
      name: ">u8", shape: [2, 3, 4],
      values: [
        0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0,
        75.0, 80.0, 85.0, 90.0, 95.0, 100.0, 105.0, 110.0, 115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPnU4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        AAAAAAAAAAAAAAAFAAAAAAAAAAoAAAAAAAAADwAAAAAAAAAUAAAAAAAAABkAAAAAAAAAHgAAAAAAAAAjAAAAAAAA
        ACgAAAAAAAAALQAAAAAAAAAyAAAAAAAAADcAAAAAAAAAPAAAAAAAAABBAAAAAAAAAEYAAAAAAAAASwAAAAAAAABQ
        AAAAAAAAAFUAAAAAAAAAWgAAAAAAAABfAAAAAAAAAGQAAAAAAAAAaQAAAAAAAABuAAAAAAAAAHM=
        """),
    ArrayFixture(
      name: "<f2", shape: [2, 3, 4],
      values: [
        0.5, -4.5, -9.5, -14.5, -19.5, -24.5, -29.5, -34.5, -39.5, -44.5, -49.5, -54.5, -59.5,
        -64.5, -69.5, -74.5, -79.5, -84.5, -89.5, -94.5, -99.5, -104.5, -109.5, -114.5,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAOIDE
        wMhAy+DMIM5gz1DQ8NCQ0TDS0NJw0wjUWNSo1PjUSNWY1ejVONaI1tjWKNc=
        """),
    ArrayFixture(
      name: ">f2", shape: [2, 3, 4],
      values: [
        0.5, -4.5, -9.5, -14.5, -19.5, -24.5, -29.5, -34.5, -39.5, -44.5, -49.5, -54.5, -59.5,
        -64.5, -69.5, -74.5, -79.5, -84.5, -89.5, -94.5, -99.5, -104.5, -109.5, -114.5,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPmYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo4AMSA
        yMDLQMzgziDPYNBQ0PDRkNIw0tDTcNQI1FjUqNT41UjVmNXo1jjWiNbY1yg=
        """),
    ArrayFixture(
      name: "<f4", shape: [2, 3, 4],
      values: [
        0.5, -4.5, -9.5, -14.5, -19.5, -24.5, -29.5, -34.5, -39.5, -44.5, -49.5, -54.5, -59.5,
        -64.5, -69.5, -74.5, -79.5, -84.5, -89.5, -94.5, -99.5, -104.5, -109.5, -114.5,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAA/
        AACQwAAAGMEAAGjBAACcwQAAxMEAAOzBAAAKwgAAHsIAADLCAABGwgAAWsIAAG7CAACBwgAAi8IAAJXCAACfwgAA
        qcIAALPCAAC9wgAAx8IAANHCAADbwgAA5cI=
        """),
    ArrayFixture(
      name: ">f4", shape: [2, 3, 4],
      values: [
        0.5, -4.5, -9.5, -14.5, -19.5, -24.5, -29.5, -34.5, -39.5, -44.5, -49.5, -54.5, -59.5,
        -64.5, -69.5, -74.5, -79.5, -84.5, -89.5, -94.5, -99.5, -104.5, -109.5, -114.5,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPmY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/AAAA
        wJAAAMEYAADBaAAAwZwAAMHEAADB7AAAwgoAAMIeAADCMgAAwkYAAMJaAADCbgAAwoEAAMKLAADClQAAwp8AAMKp
        AADCswAAwr0AAMLHAADC0QAAwtsAAMLlAAA=
        """),
    ArrayFixture(
      name: "<f8", shape: [2, 3, 4],
      values: [
        0.5, -4.5, -9.5, -14.5, -19.5, -24.5, -29.5, -34.5, -39.5, -44.5, -49.5, -54.5, -59.5,
        -64.5, -69.5, -74.5, -79.5, -84.5, -89.5, -94.5, -99.5, -104.5, -109.5, -114.5,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        AADgPwAAAAAAABLAAAAAAAAAI8AAAAAAAAAtwAAAAAAAgDPAAAAAAACAOMAAAAAAAIA9wAAAAAAAQEHAAAAAAADA
        Q8AAAAAAAEBGwAAAAAAAwEjAAAAAAABAS8AAAAAAAMBNwAAAAAAAIFDAAAAAAABgUcAAAAAAAKBSwAAAAAAA4FPA
        AAAAAAAgVcAAAAAAAGBWwAAAAAAAoFfAAAAAAADgWMAAAAAAACBawAAAAAAAYFvAAAAAAACgXMA=
        """),
    ArrayFixture(
      name: ">f8", shape: [2, 3, 4],
      values: [
        0.5, -4.5, -9.5, -14.5, -19.5, -24.5, -29.5, -34.5, -39.5, -44.5, -49.5, -54.5, -59.5,
        -64.5, -69.5, -74.5, -79.5, -84.5, -89.5, -94.5, -99.5, -104.5, -109.5, -114.5,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPmY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/4AAA
        AAAAAMASAAAAAAAAwCMAAAAAAADALQAAAAAAAMAzgAAAAAAAwDiAAAAAAADAPYAAAAAAAMBBQAAAAAAAwEPAAAAA
        AADARkAAAAAAAMBIwAAAAAAAwEtAAAAAAADATcAAAAAAAMBQIAAAAAAAwFFgAAAAAADAUqAAAAAAAMBT4AAAAAAA
        wFUgAAAAAADAVmAAAAAAAMBXoAAAAAAAwFjgAAAAAADAWiAAAAAAAMBbYAAAAAAAwFygAAAAAAA=
        """),
    ArrayFixture(
      name: "<c8", shape: [2, 3, 4],
      values: [
        0.0, 12.0, 1.0, 13.0, 2.0, 14.0, 3.0, 15.0, 4.0, 16.0, 5.0, 17.0, 6.0, 18.0, 7.0, 19.0, 8.0,
        20.0, 9.0, 21.0, 10.0, 22.0, 11.0, 23.0, 12.0, 0.0, 13.0, 1.0, 14.0, 2.0, 15.0, 3.0, 16.0,
        4.0, 17.0, 5.0, 18.0, 6.0, 19.0, 7.0, 20.0, 8.0, 21.0, 9.0, 22.0, 10.0, 23.0, 11.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGM4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        AABAQQAAgD8AAFBBAAAAQAAAYEEAAEBAAABwQQAAgEAAAIBBAACgQAAAiEEAAMBAAACQQQAA4EAAAJhBAAAAQQAA
        oEEAABBBAACoQQAAIEEAALBBAAAwQQAAuEEAAEBBAAAAAAAAUEEAAIA/AABgQQAAAEAAAHBBAABAQAAAgEEAAIBA
        AACIQQAAoEAAAJBBAADAQAAAmEEAAOBAAACgQQAAAEEAAKhBAAAQQQAAsEEAACBBAAC4QQAAMEE=
        """),
    ArrayFixture(
      name: ">c16", shape: [2, 3, 4],
      values: [
        0.0, 0.0, 1.0, -2.0, 2.0, -4.0, 3.0, -6.0, 4.0, -8.0, 5.0, -10.0, 6.0, -12.0, 7.0, -14.0,
        8.0, -16.0, 9.0, -18.0, 10.0, -20.0, 11.0, -22.0, 12.0, -24.0, 13.0, -26.0, 14.0, -28.0,
        15.0, -30.0, 16.0, -32.0, 17.0, -34.0, 18.0, -36.0, 19.0, -38.0, 20.0, -40.0, 21.0, -42.0,
        22.0, -44.0, 23.0, -46.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPmMxNicsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCAz
        LCA0KSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        AAAAAAAAAAAAAAAAP/AAAAAAAADAAAAAAAAAAEAAAAAAAAAAwBAAAAAAAABACAAAAAAAAMAYAAAAAAAAQBAAAAAA
        AADAIAAAAAAAAEAUAAAAAAAAwCQAAAAAAABAGAAAAAAAAMAoAAAAAAAAQBwAAAAAAADALAAAAAAAAEAgAAAAAAAA
        wDAAAAAAAABAIgAAAAAAAMAyAAAAAAAAQCQAAAAAAADANAAAAAAAAEAmAAAAAAAAwDYAAAAAAABAKAAAAAAAAMA4
        AAAAAAAAQCoAAAAAAADAOgAAAAAAAEAsAAAAAAAAwDwAAAAAAABALgAAAAAAAMA+AAAAAAAAQDAAAAAAAADAQAAA
        AAAAAEAxAAAAAAAAwEEAAAAAAABAMgAAAAAAAMBCAAAAAAAAQDMAAAAAAADAQwAAAAAAAEA0AAAAAAAAwEQAAAAA
        AABANQAAAAAAAMBFAAAAAAAAQDYAAAAAAADARgAAAAAAAEA3AAAAAAAAwEcAAAAAAAA=
        """),
    ArrayFixture(
      name: "half limits", shape: [6],
      values: [0.0, -0.0, 5.960464477539063e-08, -6.097555160522461e-05, 65504.0, 1.0009765625],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDYsKSwg
        fSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAACA
        AQD/g/97ATw=
        """),
    ArrayFixture(
      name: "one number", shape: [],
      values: [7.25],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCksIH0g
        ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        AAAdQA==
        """),
    ArrayFixture(
      name: "nothing", shape: [3, 0, 2],
      values: [],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsIDAs
        IDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo=
        """),
    ArrayFixture(
      name: "Fortran order i1", shape: [2, 3, 4],
      values: [
        0.0, -5.0, -10.0, -15.0, -20.0, -25.0, -30.0, -35.0, -40.0, -45.0, -50.0, -55.0, -60.0,
        -65.0, -70.0, -75.0, -80.0, -85.0, -90.0, -95.0, -100.0, -105.0, -110.0, -115.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnfGkxJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywg
        NCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAxOyw
        2Jz7v+er05f2uuKmzpLxtd2hyY0=
        """),
    ArrayFixture(
      name: "Fortran order <f4", shape: [2, 3, 4],
      values: [
        0.5, -4.5, -9.5, -14.5, -19.5, -24.5, -29.5, -34.5, -39.5, -44.5, -49.5, -54.5, -59.5,
        -64.5, -69.5, -74.5, -79.5, -84.5, -89.5, -94.5, -99.5, -104.5, -109.5, -114.5,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywg
        NCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAA/
        AABuwgAAnMEAAJ/CAAAewgAAx8IAAJDAAACBwgAAxMEAAKnCAAAywgAA0cIAABjBAACLwgAA7MEAALPCAABGwgAA
        28IAAGjBAACVwgAACsIAAL3CAABawgAA5cI=
        """),
    ArrayFixture(
      name: "Fortran order >f8", shape: [2, 3, 4],
      values: [
        0.5, -4.5, -9.5, -14.5, -19.5, -24.5, -29.5, -34.5, -39.5, -44.5, -49.5, -54.5, -59.5,
        -64.5, -69.5, -74.5, -79.5, -84.5, -89.5, -94.5, -99.5, -104.5, -109.5, -114.5,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPmY4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywg
        NCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/4AAA
        AAAAAMBNwAAAAAAAwDOAAAAAAADAU+AAAAAAAMBDwAAAAAAAwFjgAAAAAADAEgAAAAAAAMBQIAAAAAAAwDiAAAAA
        AADAVSAAAAAAAMBGQAAAAAAAwFogAAAAAADAIwAAAAAAAMBRYAAAAAAAwD2AAAAAAADAVmAAAAAAAMBIwAAAAAAA
        wFtgAAAAAADALQAAAAAAAMBSoAAAAAAAwEFAAAAAAADAV6AAAAAAAMBLQAAAAAAAwFygAAAAAAA=
        """),
    ArrayFixture(
      name: "Fortran order <c8", shape: [2, 3, 4],
      values: [
        0.0, 12.0, 1.0, 13.0, 2.0, 14.0, 3.0, 15.0, 4.0, 16.0, 5.0, 17.0, 6.0, 18.0, 7.0, 19.0, 8.0,
        20.0, 9.0, 21.0, 10.0, 22.0, 11.0, 23.0, 12.0, 0.0, 13.0, 1.0, 14.0, 2.0, 15.0, 3.0, 16.0,
        4.0, 17.0, 5.0, 18.0, 6.0, 19.0, 7.0, 20.0, 8.0, 21.0, 9.0, 22.0, 10.0, 23.0, 11.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGM4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMywg
        NCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        AABAQQAAQEEAAAAAAACAQAAAgEEAAIBBAACAQAAAAEEAAKBBAACgQQAAAEEAAIA/AABQQQAAUEEAAIA/AACgQAAA
        iEEAAIhBAACgQAAAEEEAAKhBAACoQQAAEEEAAABAAABgQQAAYEEAAABAAADAQAAAkEEAAJBBAADAQAAAIEEAALBB
        AACwQQAAIEEAAEBAAABwQQAAcEEAAEBAAADgQAAAmEEAAJhBAADgQAAAMEEAALhBAAC4QQAAMEE=
        """),
    ArrayFixture(
      name: "version 1.0", shape: [2, 3, 4],
      values: [
        0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0,
        17.0, 18.0, 19.0, 20.0, 21.0, 22.0, 23.0,
      ],
      file: """
        k05VTVBZAQB2AHsnZGVzY3InOiAnPGk0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMs
        IDQpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        AQAAAAIAAAADAAAABAAAAAUAAAAGAAAABwAAAAgAAAAJAAAACgAAAAsAAAAMAAAADQAAAA4AAAAPAAAAEAAAABEA
        AAASAAAAEwAAABQAAAAVAAAAFgAAABcAAAA=
        """),
    ArrayFixture(
      name: "version 2.0", shape: [2, 3, 4],
      values: [
        0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0,
        17.0, 18.0, 19.0, 20.0, 21.0, 22.0, 23.0,
      ],
      file: """
        k05VTVBZAgB0AAAAeydkZXNjcic6ICc8aTQnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwg
        MywgNCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        AQAAAAIAAAADAAAABAAAAAUAAAAGAAAABwAAAAgAAAAJAAAACgAAAAsAAAAMAAAADQAAAA4AAAAPAAAAEAAAABEA
        AAASAAAAEwAAABQAAAAVAAAAFgAAABcAAAA=
        """),
    ArrayFixture(
      name: "version 3.0", shape: [2, 3, 4],
      values: [
        0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0,
        17.0, 18.0, 19.0, 20.0, 21.0, 22.0, 23.0,
      ],
      file: """
        k05VTVBZAwB0AAAAeydkZXNjcic6ICc8aTQnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwg
        MywgNCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
        AQAAAAIAAAADAAAABAAAAAUAAAAGAAAABwAAAAgAAAAJAAAACgAAAAsAAAAMAAAADQAAAA4AAAAPAAAAEAAAABEA
        AAASAAAAEwAAABQAAAAVAAAAFgAAABcAAAA=
        """),
  ]

  static let refused = [
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqABJWN
    AAAAAAAAAIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5
    lJOUSwCFlEMBYpSHlFKUKEsBSwKFlGgDjAVkdHlwZZSTlIwCTziUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9L
    P3SUYoldlCh9lE5ldJRiLg==
    """,
    """
    k05VTVBZAQB2AHsnZGVzY3InOiBbKCdhJywgJzxmNCcpLCAoJ2InLCAnPGk0JyldLCAnZm9ydHJhbl9vcmRlcic6
    IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAA
    AAAAAAAAAAAAAAAA
    """,
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnPFUyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwg
    fSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAphAAAA
    YgAAAGMAAAAAAAAA
    """,
  ]
}

/// Archives by NumPy and Python, in base64.
enum ArchiveFixture {
  static let savez = """
    UEsDBC0AAAAAAAAAIQBP6QAq//////////8KABQAd2VpZ2h0Lm5weQEAEACYAAAAAAAAAJgAAAAAAAAAk05VTVBZ
    AQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAg
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAACAPwAA
    AEAAAEBAAACAQAAAoEBQSwMELQAAAAAAAAAhAFRVFIb//////////wgAFABiaWFzLm5weQEAEACQAAAAAAAAAJAA
    AAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzog
    KDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg
    IAoAAAAAAADwPwAAAAAAAPC/UEsBAi0DLQAAAAAAAAAhAE/pACqYAAAAmAAAAAoAAAAAAAAAAAAAAIABAAAAAHdl
    aWdodC5ucHlQSwECLQMtAAAAAAAAACEAVFUUhpAAAACQAAAACAAAAAAAAAAAAAAAgAHUAAAAYmlhcy5ucHlQSwUG
    AAAAAAIAAgBuAAAAngEAAAAA
    """
  static let savezCompressed = """
    UEsDBC0AAAAIAAAAIQBP6QAq//////////8KABQAd2VpZ2h0Lm5weQEAEACYAAAAAAAAAFUAAAAAAAAAm+wX6hsQ
    ychQxlCtnpJanFykbqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKxpo6CrUKZAMuBjBo
    sAcSDkAExA1AvMABAFBLAwQtAAAACAAAACEAVFUUhv//////////CAAUAGJpYXMubnB5AQAQAJAAAAAAAAAATAAA
    AAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6
    CrUKFAAuBjD4YA+l9wMAUEsBAi0DLQAAAAgAAAAhAE/pACpVAAAAmAAAAAoAAAAAAAAAAAAAAIABAAAAAHdlaWdo
    dC5ucHlQSwECLQMtAAAACAAAACEAVFUUhkwAAACQAAAACAAAAAAAAAAAAAAAgAGRAAAAYmlhcy5ucHlQSwUGAAAA
    AAIAAgBuAAAAFwEAAAAA
    """
  static let zip = """
    UEsDBBQAAAAAAAAAIQAAAAAAAAAAAAAAAAAHAAAAZm9sZGVyL1BLAwQUAAAAAAAAACEAC/lDVgYAAAAGAAAAEQAA
    AGZvbGRlci9zdG9yZWQudHh0c3RvcmVkUEsDBBQAAAAIAAAAIQB8N6BbDQAAABgBAAARAAAAZm9sZGVyL3BhY2tl
    ZC50eHQrSEzOTk1RKBilUCkAUEsDBBQAAAAAAAAAIQAAAAAAAAAAAAAAAAAFAAAAZW1wdHlQSwECFAMUAAAAAAAA
    ACEAAAAAAAAAAAAAAAAABwAAAAAAAAAAABAA/0EAAAAAZm9sZGVyL1BLAQIUAxQAAAAAAAAAIQAL+UNWBgAAAAYA
    AAARAAAAAAAAAAAAAACAASUAAABmb2xkZXIvc3RvcmVkLnR4dFBLAQIUAxQAAAAIAAAAIQB8N6BbDQAAABgBAAAR
    AAAAAAAAAAAAAACAAVoAAABmb2xkZXIvcGFja2VkLnR4dFBLAQIUAxQAAAAAAAAAIQAAAAAAAAAAAAAAAAAFAAAA
    AAAAAAAAAACAAZYAAABlbXB0eVBLBQYAAAAABAAEAOYAAAC5AAAACQBhIGNvbW1lbnQ=
    """
  static let tarGz = """
    H4sIAMFSBmsC/0vLz0lJLdJnoCUwAAIzExMwDQToNBa2uZGhKYOCKQMdQGlxSWIR0EqGkQnSIPGfqJeUmTdw8W+M
    Gv+GBoZGxgwKBqPxT3OQmJTMMApGLoDm/6QBzP+GJujlPyj/m43mf7oARiZmFlY2dg5OLm4eXj5+AUEhYRFRMXEJ
    SSlpGVk5eQVFJWUVVTV1DU0tbR1dPX1QyWxiamZuYWllbWNrZ+/g6OTs4urm7uHp5e3j6+cfEBgUHBIaFh4RGRUd
    ExsXnwAsYFJS09IzMrOyc3Lz8gsKi4pLSsvKKyqrqmtq6+obGpuaW1rb2js6u7p7evv6J0ycNHnK1GnTZ8ycNXvO
    3HnzFyxctHjJ0mXLV6xctXrN2nXrN2zctHnL1m3bd+zctXvP3n37Dxw8dPjI0WPHT5w8dfrM2XPnL1y8dPnK1WvX
    b9y8dfvO3Xv3Hzx89PjJ02fPX7x89frN23fvP3z89PnL12/ff/z89fvP33//R/0/wv0/CkbBKBgFo2AUjIJRMApG
    wSgYBaNgFIyCUTAKRsEoGAWjYBSMglEwCkbBKBgFwwQAAFDmwhQAKAAA
    """
}
